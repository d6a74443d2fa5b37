import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CLOCK } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { SETTINGS, type AnalyticsSettings } from '../tokens';
import { Seconds } from '../windows/seconds';
import { Windows } from '../windows/windows.service';
import { MinutesRepository } from './minutes.repository';

const writeEveryMs = 10_000;
const forgetEveryMs = 600_000;

/** Carries minutes that are over from memory into the database, and drops what is too old in both. */
@Injectable()
export class MinuteWriter implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger(MinuteWriter.name);
  private readonly stops: (() => void)[] = [];
  private isWriting = false;

  constructor(
    @Inject(Windows) private readonly windows: Windows,
    @Inject(MinutesRepository) private readonly minutes: MinutesRepository,
    @Inject(Seconds) private readonly seconds: Seconds,
    @Inject(SETTINGS) private readonly settings: AnalyticsSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.stops.push(
      this.clock.every(writeEveryMs, () => void this.write()),
      this.clock.every(forgetEveryMs, () => void this.forget()),
    );
  }

  onApplicationShutdown(): void {
    for (const stop of this.stops) stop();
  }

  /** Writes what is over. Minutes that cannot be written now wait for the next time, in memory and as many as there is room for. */
  async write(): Promise<void> {
    this.windows.forgetSilent(this.seconds.now);
    if (this.isWriting) return;
    this.isWriting = true;
    const finished = this.windows.takeFinished();
    try {
      await this.minutes.insert(finished);
    } catch (error) {
      this.windows.putBack(finished);
      this.log.warn({ msg: 'minutes could not be kept yet', minutes: finished.length, err: error });
    } finally {
      this.isWriting = false;
    }
  }

  private async forget(): Promise<void> {
    try {
      while (await this.minutes.forget(this.settings.keepMinutesForDays));
    } catch (error) {
      this.log.warn({ msg: 'old minutes could not be forgotten', err: error });
    }
  }
}
