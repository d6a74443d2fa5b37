import { Controller, Get } from '@nestjs/common';
import { Bus } from '@nereid/bus';

/** Whether this door is open and the bus behind it. */
@Controller('ping')
export class PingController {
  constructor(private readonly bus: Bus) {}

  @Get()
  ping(): { ping: 'pong'; healthy: boolean } {
    return { ping: 'pong', healthy: this.bus.status.state === 'connected' };
  }
}
