import { Inject, Injectable } from '@nestjs/common';
import { type Caller, ServiceError, type updateVm, type Vm, vmCan } from '@nereid/contracts';
import type { z } from 'zod';
import { ownAccountOnly } from '../callers';
import { checkMetadata, checkTagCount, checkTags } from './tag-rules';
import { untilWritten, VmChangeRepository, type WantedChange, type Written } from './vm-change.repository';
import { VmPusher } from './vm-pusher';
import type { VmRow } from './vm-row';
import { VmView } from './vm-view';
import { VmsRepository } from './vms.repository';
import { mustHaveVersion, VmsService } from './vms.service';
import { checkAlias } from './wanted-vm';

export type UpdateVm = z.output<(typeof updateVm)['request']>;

/** Keys that clients may replace but never remove. Source: CloudAPI docs, DeleteMachineMetadata. */
const keptMetadata = ['root_authorized_keys', 'administrator_pw'];

/** Changes the wanted half without a job: names, metadata, tags, switches. */
@Injectable()
export class VmUpdateService {
  constructor(
    @Inject(VmsRepository) private readonly vms: VmsRepository,
    @Inject(VmChangeRepository) private readonly changes: VmChangeRepository,
    @Inject(VmsService) private readonly service: VmsService,
    @Inject(VmView) private readonly view: VmView,
    @Inject(VmPusher) private readonly pusher: VmPusher,
  ) {}

  /**
   * Changes what is wanted and tells the node, without waiting for it; whoever did not hear is told by the reconciler.
   * Safe to repeat. @throws ValidationFailed @throws ResourceNotFound @throws Gone
   */
  async update(caller: Caller, request: UpdateVm): Promise<Vm> {
    const owner = ownAccountOnly(caller, request.owner);
    let result: Vm | undefined;
    const written = await untilWritten(async (): Promise<Written | undefined> => {
      const row = await this.vms.get(request.id, owner);
      result = (await this.service.findReplay(row.owner, request.idempotency))?.vm;
      if (result) return undefined;
      mustHaveVersion(row, request.ifVersion);
      const shown = this.view.show(row);
      if (shown.state === 'destroyed') throw new ServiceError('Gone', `instance ${row.id} is destroyed`);
      if (!vmCan(request.action === 'rename' ? 'rename' : 'update', shown.state))
        throw new ServiceError('Conflict', `an instance that is ${shown.state} cannot be changed`);
      const change = changeOf(row, request);
      if (isNothing(row, change)) {
        if (request.idempotency) await this.changes.keepAnswer(row, request.idempotency, undefined);
        result = shown;
        return undefined;
      }
      return this.changes.changeWanted(row, change, request.action, caller, request.idempotency);
    });
    if (!written) return result!;
    void this.pusher.push(written.row.id, caller);
    return this.view.tell(written.row);
  }
}

function changeOf(row: VmRow, request: UpdateVm): WantedChange {
  switch (request.action) {
    case 'rename':
      if (request.alias === undefined) throw new ServiceError('MissingParameter', 'name is missing');
      return { alias: checkAlias(request.alias) };
    case 'set_metadata':
    case 'remove_metadata':
    case 'replace_metadata':
      return { metadata: newMetadata(row, request) };
    case 'set_tags':
    case 'remove_tags':
    case 'replace_tags':
      return { tags: newTags(row, request) };
    case 'enable_firewall':
    case 'disable_firewall':
      return { firewallEnabled: request.action === 'enable_firewall' };
    case 'enable_deletion_protection':
    case 'disable_deletion_protection':
      return { deletionProtection: request.action === 'enable_deletion_protection' };
  }
}

function newMetadata(row: VmRow, { metadata }: UpdateVm): Record<string, string> {
  if (!metadata) throw new ServiceError('MissingParameter', 'metadata is missing');
  checkMetadata(metadata.set);
  const kept = Object.entries(row.customer_metadata).filter(([key]) =>
    metadata.replace ? keptMetadata.includes(key) : !metadata.remove.includes(key),
  );
  const made = { ...Object.fromEntries(kept), ...metadata.set };
  checkMetadata(made);
  return made;
}

function newTags(row: VmRow, { tags }: UpdateVm): VmRow['tags'] {
  if (!tags) throw new ServiceError('MissingParameter', 'tags are missing');
  checkTags(tags.set);
  const kept = tags.replace ? [] : Object.entries(row.tags).filter(([key]) => !tags.remove.includes(key));
  const made = { ...Object.fromEntries(kept), ...tags.set };
  checkTagCount(made);
  return made;
}

/** The switches and the name that are so already change nothing and leave no audit entry. */
function isNothing(row: VmRow, change: WantedChange): boolean {
  if (change.metadata || change.tags) return false;
  return (
    (change.alias === undefined || change.alias === row.alias) &&
    (change.firewallEnabled === undefined || change.firewallEnabled === row.firewall_enabled) &&
    (change.deletionProtection === undefined || change.deletionProtection === row.deletion_protection)
  );
}
