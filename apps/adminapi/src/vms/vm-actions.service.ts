import { Bus } from '@nereid/bus';
import {
  forgetVm,
  invalidField,
  rebootVm,
  resizeVm,
  startVm,
  stopVm,
  updateVm,
  type Vm,
  type VmAndJob,
  type VmId,
  type adminapi,
} from '@nereid/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Call } from '../http/call';

type Asked = Pick<Call, 'caller' | 'ifVersion' | 'idempotency'>;
type Update = Extract<adminapi.VmActionBody, { action: 'update' }>;
/** One change of the wanted half, as vmapi takes it. */
type Change = Pick<z.output<typeof updateVm.request>, 'action' | 'alias' | 'metadata' | 'tags'>;

const power = { start: startVm, stop: stopVm, reboot: rebootVm };

/** What `POST /vmapi/vms/:uuid` does to an instance. */
@Injectable()
export class VmActions {
  constructor(private readonly bus: Bus) {}

  async act(id: VmId, body: adminapi.VmActionBody, { caller, ifVersion, idempotency }: Asked): Promise<VmAndJob> {
    if (body.action === 'update') return this.update(id, body, { caller, ifVersion, idempotency });
    if (body.action === 'forget') return this.bus.call(forgetVm, { id, ifVersion }, caller);
    return this.bus.call(power[body.action], { id, ifVersion, idempotency }, caller);
  }

  /** One call a change, since vmapi takes one at a time; what is done before one is refused stays done, as the contract says. */
  private async update(id: VmId, body: Update, { caller, ifVersion, idempotency }: Asked): Promise<VmAndJob> {
    let vm: Vm | undefined;
    const aimFor = (action: string) => ({
      id,
      ifVersion: vm && ifVersion !== undefined ? vm.version : ifVersion,
      idempotency: idempotency && { ...idempotency, key: `${idempotency.key.slice(0, 200)}/${action}` },
    });
    const changes = changesOf(body);
    if (changes.length === 0 && body.billing_id === undefined) throw invalidField('action', 'an update must name something to change');
    for (const change of changes) vm = await this.bus.call(updateVm, { ...aimFor(change.action), ...change }, caller);
    if (body.billing_id === undefined) return { vm: vm! };
    return this.bus.call(resizeVm, { ...aimFor('resize'), package: body.billing_id }, caller);
  }
}

const nothing = { replace: false, set: {}, remove: [] };

function changesOf(body: Update): Change[] {
  const changes: Change[] = [];
  if (body.alias !== undefined) changes.push({ action: 'rename', alias: body.alias });
  if (body.firewall_enabled !== undefined) changes.push({ action: body.firewall_enabled ? 'enable_firewall' : 'disable_firewall' });
  if (body.indestructible_zoneroot !== undefined) {
    changes.push({ action: body.indestructible_zoneroot ? 'enable_deletion_protection' : 'disable_deletion_protection' });
  }
  if (body.set_tags) changes.push({ action: 'set_tags', tags: { ...nothing, set: body.set_tags } });
  if (body.remove_tags) changes.push({ action: 'remove_tags', tags: { ...nothing, remove: body.remove_tags } });
  if (body.set_customer_metadata) changes.push({ action: 'set_metadata', metadata: { ...nothing, set: body.set_customer_metadata } });
  if (body.remove_customer_metadata)
    changes.push({ action: 'remove_metadata', metadata: { ...nothing, remove: body.remove_customer_metadata } });
  return changes;
}
