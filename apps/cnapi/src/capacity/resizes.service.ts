import { Injectable } from '@nestjs/common';
import { ServiceError, type CapacityAmounts, type StepKey } from '@nereid/contracts';
import { CapacityRepository, type Counters } from './capacity.repository';
import { PictureKeeper } from './picture.keeper';
import { ResizesRepository, type Resize } from './resizes.repository';

const words = { cpuPercent: '% of CPU', memoryMiB: 'MiB of memory', diskGiB: 'GiB of disk' } as const satisfies Record<
  keyof CapacityAmounts,
  string
>;

/** Room for instances that change their size where they stand. */
@Injectable()
export class ResizesService {
  constructor(
    private readonly keeper: PictureKeeper,
    private readonly resizes: ResizesRepository,
    private readonly reservations: CapacityRepository,
  ) {}

  /**
   * Reserves what an instance is to grow by on its server. Safe to repeat by key.
   * @throws InsufficientCapacity @throws Fenced the key was released already @throws ResourceNotFound it holds nothing there
   */
  async reserveMore(want: Resize): Promise<void> {
    const counters = await this.resizes.reserveMore(want);
    if (counters) return this.note(counters);
    if (await this.isHeld(want.key)) return;
    throw await this.noRoom(want);
  }

  /** Makes one reservation of all that it holds there. Safe to repeat by key. @throws Fenced @throws ResourceNotFound it holds nothing there */
  async settle(want: Resize): Promise<void> {
    const counters = await this.resizes.settle(want);
    if (counters) return this.note(counters);
    if (!(await this.isHeld(want.key))) throw holdsNothing(want);
  }

  /** Undoes a settling and fences its key. Answers whether there was one. Safe to repeat. @throws InsufficientCapacity what it gave back is gone */
  async unsettle(key: StepKey): Promise<boolean> {
    const outcome = await this.resizes.unsettle(key);
    if (outcome === 'no-room')
      throw new ServiceError('InsufficientCapacity', 'What the instance gave back on its server is in use by others by now.');
    if (outcome) this.note(outcome);
    return outcome !== undefined;
  }

  private note({ server, version, reserved }: Counters): void {
    this.keeper.picture.putReserved(server, version, reserved);
  }

  /** @throws Fenced */
  private async isHeld(key: StepKey): Promise<boolean> {
    const known = await this.reservations.find(key);
    if (known?.state === 'released') throw new ServiceError('Fenced', `${key} was released already`);
    return known !== undefined;
  }

  private async noRoom(want: Resize): Promise<ServiceError> {
    const standing = await this.resizes.standing(want.vm, want.server);
    if (!standing) return holdsNothing(want);
    const short = (Object.keys(words) as (keyof CapacityAmounts)[]).flatMap((what) => {
      const more = want.to[what] - standing.held[what];
      return more > standing.free[what] ? [`${more} more ${words[what]} are needed and ${standing.free[what]} left`] : [];
    });
    // What was short a moment ago may have been given back since.
    const why = short.length > 0 ? short.join(', ') : 'the room was taken a moment ago; try again';
    return new ServiceError('InsufficientCapacity', `The server of the instance has no room for the new size: ${why}.`);
  }
}

function holdsNothing({ vm, server }: Resize): ServiceError {
  return new ServiceError('ResourceNotFound', `instance ${vm} holds nothing on server ${server}`);
}
