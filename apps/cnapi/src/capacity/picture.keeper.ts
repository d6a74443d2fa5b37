import { Injectable } from '@nestjs/common';
import type { ServerId } from '@nereid/contracts';
import { Picture } from '../placement/picture';
import { toPicture } from '../servers/servers.mapper';
import { ServersRepository } from '../servers/servers.repository';
import { CapacityRepository } from './capacity.repository';

/** A transaction may last this long after it wrote its time of change; database sessions are ended after 5 s of idleness. */
const overlapMs = 15_000;

/** Keeps the picture in step with the database, whatever hints and feeds were lost. */
@Injectable()
export class PictureKeeper {
  private cursor: Date | undefined;
  private isLoaded: Promise<void> | undefined;

  constructor(
    readonly picture: Picture,
    private readonly servers: ServersRepository,
    private readonly capacity: CapacityRepository,
  ) {}

  /** Resolves when the picture has been read once. Safe to repeat. */
  loaded(): Promise<void> {
    this.isLoaded ??= this.reload().catch((error: unknown) => {
      this.isLoaded = undefined;
      throw error;
    });
    return this.isLoaded;
  }

  /** Takes over the rows changed since the last time. Answers how many were news. */
  async refresh(): Promise<number> {
    const { now, rows } = await this.servers.changedSince(this.cursor && new Date(this.cursor.getTime() - overlapMs));
    this.cursor = now;
    return rows.filter((row) => this.picture.put(toPicture(row))).length;
  }

  /** Takes over one server's row. */
  async refreshOne(id: ServerId): Promise<void> {
    const row = await this.servers.find(id);
    if (row) this.picture.put(toPicture(row));
    else this.picture.remove(id);
  }

  /** Counts anew which owner stands where. */
  async recountOwners(): Promise<void> {
    this.picture.owners.load(await this.capacity.countByOwner());
  }

  private async reload(): Promise<void> {
    await this.refresh();
    await this.recountOwners();
  }
}
