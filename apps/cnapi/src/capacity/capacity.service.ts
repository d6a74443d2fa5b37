import { Injectable } from '@nestjs/common';
import { ServiceError, type PlacementExplanation, type ServerId, type StepKey, type VmId, type reserveCapacity } from '@nereid/contracts';
import type { z } from 'zod';
import { Chooser, type Choice } from '../placement/choose';
import { explain, summary } from '../placement/explain';
import { needOf, type Need } from '../placement/picture.types';
import { CapacityRepository, type Gone } from './capacity.repository';
import { PictureKeeper } from './picture.keeper';

export type ReserveWant = z.output<typeof reserveCapacity.request>;

interface Placing extends Need {
  readonly neverOn: Set<ServerId>;
}

/** Chooses servers and holds room on them for as long as an instance lives. */
@Injectable()
export class CapacityService {
  constructor(
    private readonly keeper: PictureKeeper,
    private readonly chooser: Chooser,
    private readonly reservations: CapacityRepository,
  ) {}

  /**
   * Chooses from the picture and commits in the database; a server that has changed meanwhile is passed over. Safe to repeat by key.
   * @throws InsufficientCapacity naming the filter that left none @throws Fenced the key was released already
   */
  async reserve(want: ReserveWant): Promise<ServerId> {
    await this.keeper.loaded();
    const need = await this.needOf(want);
    let conflicts = 0;
    let isFresh = false;
    for (;;) {
      const choice = this.chooser.choose(need);
      if (!choice) {
        const known = await this.answerOfKey(want.key);
        if (known) return known;
        // Before saying no, make sure that it is not only the picture that is old.
        if (isFresh || (await this.keeper.refresh()) === 0) throw this.noRoom(need, conflicts);
        isFresh = true;
        continue;
      }
      const outcome = await this.commit(want, need, choice, conflicts);
      if (outcome === 'known-key') {
        const known = await this.answerOfKey(want.key);
        if (known) return known;
        continue;
      }
      if (outcome === 'reserved') return choice.server;
      conflicts++;
      need.neverOn.add(choice.server);
      await this.keeper.refreshOne(choice.server);
    }
  }

  /** Gives back what `key` reserved and fences the key. Safe to repeat. */
  async release(key: StepKey): Promise<boolean> {
    const { released, gone } = await this.reservations.release(key);
    this.takeBack(gone);
    return released;
  }

  /** Gives back all that an instance holds. Safe to repeat. */
  async releaseVm(vm: VmId): Promise<boolean> {
    const { released, gone } = await this.reservations.releaseVm(vm);
    this.takeBack(gone);
    return released;
  }

  /** Why an instance stands where it stands. @throws ResourceNotFound */
  async explain(vm: VmId): Promise<PlacementExplanation> {
    const kept = await this.reservations.explanation(vm);
    if (!kept) throw new ServiceError('ResourceNotFound', `no placement of instance ${vm} is known`);
    return kept;
  }

  private async commit(want: ReserveWant, need: Placing, choice: Choice, conflicts: number) {
    const { picture } = this.keeper;
    const release = picture.book(choice.server, need.amounts);
    try {
      const committed = await this.reservations.commit({
        key: want.key,
        vm: want.vm,
        owner: want.owner,
        server: choice.server,
        amounts: need.amounts,
        strictlyFar: want.locality?.strict ? want.locality.far.filter((vm) => vm !== want.vm) : [],
        isNamed: need.server !== undefined,
        explanation: explain(picture, need, { candidates: choice.candidates, chosen: choice.server, conflicts, withRoom: false }),
      });
      if ('refused' in committed) return committed.refused;
      if (picture.putReserved(choice.server, committed.counters.version, committed.counters.reserved)) {
        picture.owners.add(want.owner, choice.server, 1);
      }
      return 'reserved';
    } finally {
      release();
    }
  }

  private async answerOfKey(key: StepKey): Promise<ServerId | undefined> {
    const known = await this.reservations.find(key);
    if (known?.state === 'released') throw new ServiceError('Fenced', `${key} was released already`);
    return known?.server;
  }

  private async needOf(want: ReserveWant): Promise<Placing> {
    const need = { ...needOf(want.needs, want.owner), neverOn: new Set<ServerId>() };
    const { near = [], far = [], strict = false } = want.locality ?? {};
    // Whether somebody else must be kept away from is only worth a query where instances are asked to stay apart at all; the commit
    // itself refuses a breach in any case.
    if (near.length + far.length === 0) return need;
    const stand = await this.reservations.locate([...near, ...far], want.owner);
    const serversOf = (vms: readonly VmId[]) => new Set(stand.filter((s) => vms.includes(s.vm)).map((s) => s.server));
    if (!strict) return { ...need, ratherOn: serversOf(near), ratherNotOn: serversOf(far) };
    for (const server of [...serversOf(far), ...(await this.reservations.keptAwayFrom(want.vm))]) need.neverOn.add(server);
    return near.length === 0 ? need : { ...need, onlyOn: commonServer(near, stand) };
  }

  private noRoom(need: Need, conflicts: number): ServiceError {
    const told = explain(this.keeper.picture, need, { candidates: [], conflicts, withRoom: true });
    return new ServiceError('InsufficientCapacity', `No server can take the instance: ${summary(told)}.`, {
      context: { explanation: told },
    });
  }

  private takeBack(gone: readonly Gone[]): void {
    const { picture } = this.keeper;
    for (const one of gone)
      if (picture.putReserved(one.server, one.version, one.reserved)) picture.owners.add(one.owner, one.server, -one.instances);
  }
}

/** The server on which all of the instances stand; none when they stand apart or are not placed. */
function commonServer(vms: readonly VmId[], stand: readonly { vm: VmId; server: ServerId }[]): Set<ServerId> {
  const servers = new Set(stand.filter((s) => vms.includes(s.vm)).map((s) => s.server));
  const isPlaced = vms.every((vm) => stand.some((s) => s.vm === vm));
  return servers.size === 1 && isPlaced ? servers : new Set();
}
