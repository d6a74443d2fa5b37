import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  type Caller,
  type CapacityNeeds,
  releaseCapacity,
  releaseNics,
  releaseVmCapacity,
  releaseVmNics,
  RequestId,
  reserveCapacity,
  reserveMoreCapacity,
  reserveNics,
  type NicSpec,
  ServiceError,
  type ServerId,
  settleCapacity,
  unsettleCapacity,
  type VmId,
} from '@nereid/contracts';
import type { Ids } from '@nereid/ports';
import { NodeTask } from '@nereid/workflow';
import type { VmapiConfig } from '../../config';
import { CONFIG, IDS } from '@nereid/platform';
import { instanceSpecOf } from '../instance-spec';
import { amountsOf, withSizes } from '../sizes';
import type { VmRow } from '../vm-row';
import type { VmPorts } from './vm-ports';
import { VmRunRepository } from './vm-run.repository';

/** How long a guest may take to stop by itself. Source: SmartOS, vmadm stop. */
const stopTimeoutMs = 60_000;

/** A destruction waits for a server that is down, until it is back or an operator has the instance forgotten. */
const removeWithinMs = 7 * 86_400_000;

/** The steps' ports for real: cnapi and napi on the bus, the wanted half from its row. */
@Injectable()
export class BusPorts implements VmPorts {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(VmRunRepository) private readonly rows: VmRunRepository,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(CONFIG) private readonly config: VmapiConfig,
  ) {}

  readonly placement: VmPorts['placement'] = {
    reserve: async (vm, key) => {
      const row = await this.rows.getShared(vm);
      const locality = row.locality ?? undefined;
      return this.bus.call(
        reserveCapacity,
        { key, vm, owner: row.owner, needs: needsOf(row), ...(locality && { locality }) },
        this.caller(),
      );
    },
    release: async (key) => void (await this.bus.call(releaseCapacity, { key }, this.caller())),
    reserveMore: (vm, key, to) =>
      this.placed(vm, (row, server) =>
        this.bus.call(reserveMoreCapacity, { key, vm, server, to: amountsOf(withSizes(row, to)) }, this.caller()),
      ),
    settle: (vm, key, to) =>
      this.placed(vm, (row, server) =>
        this.bus.call(settleCapacity, { key, vm, server, to: amountsOf(withSizes(row, to)) }, this.caller()),
      ),
    unsettle: async (key) => void (await this.bus.call(unsettleCapacity, { key }, this.caller())),
    releaseVm: async (vm) => void (await this.bus.call(releaseVmCapacity, { vm }, this.caller())),
  };

  readonly nics: VmPorts['nics'] = {
    reserve: async (vm, key) => {
      const row = await this.rows.getShared(vm);
      return this.bus.call(reserveNics, { key, vm, owner: row.owner, nics: row.networks }, this.caller());
    },
    release: async (key) => void (await this.bus.call(releaseNics, { key }, this.caller())),
    releaseVm: async (vm) => void (await this.bus.call(releaseVmNics, { vm }, this.caller())),
  };

  readonly isWantedGone: VmPorts['isWantedGone'] = async (vm) => (await this.rows.get(vm)).power_wanted === 'gone';

  readonly tasks: VmPorts['tasks'] = {
    ensure: async (vm, server, nics) =>
      new NodeTask(server, 'instance.ensure', {
        instance: this.spec({ ...(await this.rows.take(vm)), nics: [...nics] as NicSpec[] }),
        start: true,
      }),
    start: (vm) => this.placed(vm, (row, server) => new NodeTask(server, 'instance.start', { instance: this.spec(row) })),
    stop: (vm) => this.placed(vm, (row, server) => new NodeTask(server, 'instance.stop', { id: row.id, timeoutMs: stopTimeoutMs })),
    reboot: (vm) =>
      this.placed(vm, (row, server) => new NodeTask(server, 'instance.reboot', { instance: this.spec(row), timeoutMs: stopTimeoutMs })),
    update: (vm) => this.placed(vm, (row, server) => new NodeTask(server, 'instance.update', { instance: this.spec(row) })),
    resize: (vm, to) =>
      this.placed(vm, (row, server) => new NodeTask(server, 'instance.update', { instance: this.spec(withSizes(row, to)) })),
    remove: async (vm) => {
      const { server, id } = await this.rows.get(vm);
      return server === null ? undefined : new NodeTask(server, 'instance.remove', { id }, removeWithinMs);
    },
  };

  private async placed<Task>(vm: VmId, make: (row: VmRow, server: ServerId) => Task | Promise<Task>): Promise<Task> {
    const row = await this.rows.get(vm);
    if (row.server === null) throw new ServiceError('Conflict', 'the instance stands on no server');
    return make(row, row.server);
  }

  private spec(row: VmRow): ReturnType<typeof instanceSpecOf> {
    return instanceSpecOf(row, this.config.datacenter);
  }

  private caller(): Caller {
    return { kind: 'service', service: 'vmapi', requestId: RequestId.parse(this.ids.random()) };
  }
}

function needsOf(row: VmRow): CapacityNeeds {
  return {
    ...amountsOf(row),
    brand: row.brand,
    nicTags: row.nic_tags,
    image: row.image_id,
    traits: {},
    ...(row.server_wanted && { server: row.server_wanted }),
  };
}
