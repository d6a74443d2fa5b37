import { adminapi } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { AttentionService } from './attention.service';

@Controller()
export class AttentionController {
  constructor(private readonly attention: AttentionService) {}

  @Route(adminapi.getAttention)
  async get({ caller }: Call<typeof adminapi.getAttention>): Promise<Answer<typeof adminapi.getAttention>> {
    return { body: await this.attention.gather(caller) };
  }
}
