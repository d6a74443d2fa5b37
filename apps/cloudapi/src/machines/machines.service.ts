import { Bus } from '@nereid/bus';
import {
  ServiceError,
  VmId,
  createVm,
  destroyVm,
  getVm,
  listVms,
  rebootVm,
  resizeVm,
  startVm,
  stopVm,
  updateVm,
  type AccountId,
  type JobId,
  type Vm,
  type VmAndJob,
  type cloudapi,
} from '@nereid/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Catalogue } from '../catalogue';
import type { CloudapiConfig } from '../config';
import type { Call } from '../http/call';
import { MachineGone } from '../http/errors.filter';
import { asInvalidArgument, invalidArgument, missingParameter } from '../published-errors';
import { CONFIG } from '@nereid/platform';
import { affinityAsLocality, parseAffinity } from './affinity';
import { toFilter } from './machine-filter';
import { toMachine } from './machine.mapper';
import { checkIngredients, checkName, imageOf, localityOf, metadataOf, nicsOf, tagsOf } from './new-machine';

export type AnyMachineCall = Call & { readonly params: { readonly id: string } };
type Request = z.output<typeof updateVm.request>;
type Change = Pick<Request, 'action' | 'alias'> & {
  readonly metadata?: Partial<NonNullable<Request['metadata']>>;
  readonly tags?: Partial<NonNullable<Request['tags']>>;
};

const powerCalls = { start: startVm, stop: stopVm, reboot: rebootVm };

@Injectable()
export class MachinesService {
  constructor(
    private readonly bus: Bus,
    private readonly catalogue: Catalogue,
    @Inject(CONFIG) private readonly config: CloudapiConfig,
  ) {}

  /** One page, oldest first. @throws InvalidArgument, ValidationFailed the limit */
  async list({
    account,
    caller,
    input,
    version,
  }: Call<typeof cloudapi.listMachines>): Promise<{ machines: cloudapi.MachineObject[]; limit: number }> {
    const limit = input.limit ?? 1000;
    const offset = input.offset ?? 0;
    if (limit < 1 || limit > 1000) {
      const message = 'must be 1 to 1000';
      throw new ServiceError('ValidationFailed', `limit ${message}`, { errors: [{ field: 'limit', code: 'Invalid', message }] });
    }
    if (offset < 0) throw invalidArgument('offset', 'offset cannot be negative');
    const filter = toFilter(input);
    if (!filter) return { machines: [], limit };
    const { items } = await this.bus.call(listVms, { filter: { ...filter, owner: account.id }, limit, offset }, caller);
    return { machines: items.map((vm) => toMachine(vm, version)), limit };
  }

  /** The instance, destroyed or not. @throws ResourceNotFound unknown, another's, or no id at all */
  async findAny(call: AnyMachineCall): Promise<Vm> {
    return this.bus.call(getVm, this.aim(call), call.caller);
  }

  /** The living instance. @throws ResourceNotFound @throws MachineGone destroyed */
  async get(call: AnyMachineCall): Promise<Vm> {
    const vm = await this.findAny(call);
    if (vm.state === 'destroyed') throw new MachineGone(toMachine(vm, call.version));
    return vm;
  }

  /** Accepts a new instance. Checks come in the order in which people expect to be told; vmapi makes the decision. */
  async create(call: Call<typeof cloudapi.createMachine>): Promise<VmAndJob> {
    const { account, caller, input, version } = call;
    const imageId = imageOf(input);
    const [image, pkg, keys, networks] = await Promise.all([
      asInvalidArgument(['ResourceNotFound'], this.catalogue.image(imageId, account.id, caller), 'image'),
      asInvalidArgument(['ResourceNotFound'], this.catalogue.package(input.package, account.id, caller), 'package'),
      this.catalogue.keys(account.id, caller),
      this.catalogue.networks(account.id, caller),
    ]);
    // Clients that know version 9 must say that they mean to use a shared image; older ones never had to.
    const mayShare = input.allow_shared_images === true || !version.atLeast('9.0.0');
    const brand = checkIngredients(input, { account, image, pkg, keys, mayShare });
    const nics = nicsOf(input, pkg, networks, this.config.allowMultiplePublicNetworks);
    if (input.name !== undefined && input.name !== '') checkName(input.name);
    const { metadata, internalMetadata } = metadataOf(input, keys);
    const locality = await this.locality(call);
    return this.bus.call(
      createVm,
      {
        owner: account.id,
        ...(input.name && { alias: input.name }),
        image: image.id,
        package: pkg.id,
        brand,
        networks: nics,
        metadata,
        internalMetadata,
        tags: tagsOf(input),
        ...(locality && { locality }),
        firewallEnabled: input.firewall_enabled ?? false,
        deletionProtection: input.deletion_protection ?? false,
        ...(call.idempotency && { idempotency: call.idempotency }),
      },
      caller,
    );
  }

  /**
   * Does one action, and answers the job that does it, where there is one. What is so already is accepted, too.
   * @throws MissingParameter, InvalidArgument, MachineGone …
   */
  async act(call: Call<typeof cloudapi.updateMachine>): Promise<JobId | undefined> {
    const { action, name } = call.input;
    if (action === 'start' || action === 'stop' || action === 'reboot') {
      return (await this.orGone(call, this.bus.call(powerCalls[action], this.aim(call), call.caller))).job;
    } else if (action === 'rename') {
      if (!name) throw missingParameter('name');
      checkName(name);
      await this.update(call, { action, alias: name });
    } else if (action === 'resize') {
      if (!call.input.package) throw missingParameter('package');
      return (await this.orGone(call, this.resize(call, call.input.package))).job;
    } else {
      await this.update(call, { action });
    }
    return undefined;
  }

  /** The package by id or name, as for a new instance. @throws InvalidArgument the account has no such package */
  private async resize(call: Call<typeof cloudapi.updateMachine>, idOrName: string): Promise<VmAndJob> {
    const { account, caller } = call;
    const pkg = await asInvalidArgument(['ResourceNotFound'], this.catalogue.package(idOrName, account.id, caller), 'package');
    return this.bus.call(resizeVm, { ...this.aim(call), package: pkg.id }, caller);
  }

  /** Accepts the destruction, and answers the job that does it. @throws MachineGone it is destroyed already @throws CannotDestroyMachine protected */
  async destroy(call: Call<typeof cloudapi.deleteMachine>): Promise<JobId | undefined> {
    const { vm, job } = await this.orGone(call, this.bus.call(destroyVm, this.aim(call), call.caller));
    if (vm.state === 'destroyed') throw new MachineGone(toMachine(vm, call.version));
    return job;
  }

  /** Changes the wanted half. @throws MachineGone @throws ResourceNotFound */
  async update(call: AnyMachineCall, { action, alias, metadata, tags }: Change): Promise<Vm> {
    const none = { replace: false, set: {}, remove: [] };
    const change = {
      action,
      ...(alias !== undefined && { alias }),
      ...(metadata && { metadata: { ...none, ...metadata } }),
      ...(tags && { tags: { ...none, ...tags } }),
    };
    return this.orGone(call, this.bus.call(updateVm, { ...this.aim(call), ...change }, call.caller));
  }

  aim(call: AnyMachineCall): { id: VmId; owner: AccountId; idempotency?: NonNullable<Call['idempotency']> } {
    const id = VmId.safeParse(call.params.id.toLowerCase());
    if (!id.success) throw new ServiceError('ResourceNotFound', 'There is no such instance.');
    return { id: id.data, owner: call.account.id, ...(call.idempotency && { idempotency: call.idempotency }) };
  }

  private async locality(call: Call<typeof cloudapi.createMachine>): Promise<ReturnType<typeof affinityAsLocality>> {
    const { input } = call;
    if (input.affinity === undefined || input.affinity.length === 0) return localityOf(input);
    if (input.locality) throw invalidArgument('affinity', 'affinity and locality are two ways of saying where: give one');
    return this.localityOfRules(call, input.affinity);
  }

  private async localityOfRules({ account, caller }: Call, affinity: string | string[]): Promise<ReturnType<typeof affinityAsLocality>> {
    const rules = parseAffinity(affinity);
    const { items } = await this.bus.call(listVms, { filter: { owner: account.id } }, caller);
    return affinityAsLocality(rules, items);
  }

  /** Where a service says that the instance is gone, the customer is shown what it was. */
  private async orGone<T>(call: AnyMachineCall, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'Gone') await this.get(call);
      throw error;
    }
  }
}
