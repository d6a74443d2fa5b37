import { OperatorId } from '@nereid/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangeFeeds } from '../changes/change-feeds';
import { SessionsService } from './sessions.service';

/** A new password ends the sessions that the old one began: whoever knew it is out. */
@Injectable()
export class PasswordChanges implements OnModuleInit {
  constructor(
    private readonly feeds: ChangeFeeds,
    private readonly sessions: SessionsService,
  ) {}

  onModuleInit(): void {
    this.feeds.onEntry(async (owner, { subject, body, resourceId, at }) => {
      if (owner !== 'identity' || subject !== 'operator.changed') return;
      if ((body as { passwordChanged?: boolean }).passwordChanged)
        await this.sessions.endBefore(OperatorId.parse(resourceId), new Date(at));
    });
  }
}
