import { cloudapi } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { Changefeeds } from './changefeeds';

/** Changes of the account's instances as they happen. */
@Controller()
export class ChangefeedController {
  constructor(private readonly feeds: Changefeeds) {}

  @Route(cloudapi.changefeed)
  async connect(call: Call<typeof cloudapi.changefeed>): Promise<Answer<typeof cloudapi.changefeed>> {
    await this.feeds.join(call);
    return { taken: true };
  }
}
