import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { nodeFrames, type NodeFrame, type ServerId } from '@nereid/contracts';
import { LiveSet } from '../instrumentations/live-set';
import { NodeWishes } from '../instrumentations/node-wishes';
import { Seconds } from '../windows/seconds';
import { Windows } from '../windows/windows.service';

/** A server's clock is believed when it is as near as this; otherwise the moment of hearing counts. */
const clockErrorSeconds = 5;

/** Frames in. Every process of analytics hears all of them, so that each can answer by itself. */
@Injectable()
export class FramesHandler implements OnModuleInit {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(Seconds) private readonly seconds: Seconds,
    @Inject(Windows) private readonly windows: Windows,
    @Inject(LiveSet) private readonly live: LiveSet,
    @Inject(NodeWishes) private readonly wishes: NodeWishes,
  ) {}

  onModuleInit(): void {
    this.bus.onFrame(nodeFrames, (server, frame) => this.take(server, frame));
  }

  private take(server: ServerId, frame: NodeFrame): void {
    const heard = this.seconds.now;
    const second = Math.abs(frame.second - heard) <= clockErrorSeconds ? Math.min(frame.second, heard) : heard;
    this.windows.ingest(server, second, frame);
    this.live.ingest(server, second, frame);
    this.wishes.heard(server, frame.wanted);
  }
}
