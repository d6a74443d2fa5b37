import { Bus } from '@nereid/bus';
import {
  adminapi,
  createVm,
  destroyVm,
  explainPlacement,
  getServer,
  getVm,
  listJobs,
  listVmAudit,
  listVms,
  type VmAndJob,
} from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toJobObject } from '../jobs/job.mapper';
import { VmActions } from './vm-actions.service';
import { toVmListing } from './vm-listing';
import { toVmListItem, toVmObject } from './vm.mapper';

/** Instances, by vmapi. */
@Controller()
export class VmsController {
  constructor(
    private readonly bus: Bus,
    private readonly actions: VmActions,
  ) {}

  @Route(adminapi.listVms)
  async list({ query, caller }: Call<typeof adminapi.listVms>): Promise<Answer<typeof adminapi.listVms>> {
    const { items, next, total } = await this.bus.call(listVms, toVmListing(query), caller);
    return { body: items.map(toVmListItem), next, total };
  }

  @Route(adminapi.getVm)
  async get({ params, caller }: Call<typeof adminapi.getVm>): Promise<Answer<typeof adminapi.getVm>> {
    const vm = await this.bus.call(getVm, { id: params.uuid }, caller);
    return { body: toVmObject(vm), version: vm.version };
  }

  @Route(adminapi.createVm)
  async create({ body, caller, idempotency }: Call<typeof adminapi.createVm>): Promise<Answer<typeof adminapi.createVm>> {
    const made = await this.bus.call(
      createVm,
      {
        owner: body.owner_uuid,
        alias: body.alias,
        image: body.image_uuid,
        package: body.billing_id,
        brand: body.brand,
        networks: body.networks.map(({ uuid, ...nic }) => ({ network: uuid, ...nic })),
        metadata: body.customer_metadata,
        tags: body.tags,
        locality: body.locality && { near: [], far: [], strict: false, ...body.locality },
        firewallEnabled: body.firewall_enabled,
        deletionProtection: body.indestructible_zoneroot,
        server: body.server_uuid,
        idempotency,
      },
      caller,
    );
    return { body: toVmJobReply(made) };
  }

  @Route(adminapi.actOnVm)
  async act({ params, ...call }: Call<typeof adminapi.actOnVm>): Promise<Answer<typeof adminapi.actOnVm>> {
    return { body: toVmJobReply(await this.actions.act(params.uuid, call.body, call)) };
  }

  @Route(adminapi.destroyVm)
  async destroy({ params, caller, idempotency }: Call<typeof adminapi.destroyVm>): Promise<Answer<typeof adminapi.destroyVm>> {
    return { body: toVmJobReply(await this.bus.call(destroyVm, { id: params.uuid, idempotency }, caller)) };
  }

  @Route(adminapi.listVmAudit)
  async audit({ params, query, caller }: Call<typeof adminapi.listVmAudit>): Promise<Answer<typeof adminapi.listVmAudit>> {
    const { entries } = await this.bus.call(listVmAudit, { id: params.uuid, limit: query.limit }, caller);
    const body = entries.map(({ id, action, success, at, message, caller: { type, ip, keyId } }) => {
      return { uuid: id, action, success, time: at, caller: { type, ip, key_id: keyId }, message };
    });
    return { body };
  }

  @Route(adminapi.listVmJobs)
  async jobs({ params, query, caller }: Call<typeof adminapi.listVmJobs>): Promise<Answer<typeof adminapi.listVmJobs>> {
    const { items, next } = await this.bus.call(listJobs, { vm: params.uuid, limit: query.limit, after: query.marker }, caller);
    return { body: items.map(toJobObject), next };
  }

  @Route(adminapi.explainPlacement)
  async placement({ params, caller }: Call<typeof adminapi.explainPlacement>): Promise<Answer<typeof adminapi.explainPlacement>> {
    const { best, ...explained } = await this.bus.call(explainPlacement, { vm: params.uuid }, caller);
    // At most a few, whatever the size of the cloud. A server that is gone has no name any more.
    const names = await Promise.all(
      best.map(({ server }) =>
        this.bus.call(getServer, { id: server }, caller).then(
          ({ hostname }) => hostname,
          () => undefined,
        ),
      ),
    );
    return {
      body: { ...explained, best: best.map(({ server, ...rest }, index) => ({ server_uuid: server, hostname: names[index], ...rest })) },
    };
  }
}

function toVmJobReply({ vm, job }: VmAndJob): adminapi.VmJobReply {
  return { vm_uuid: vm.id, job_uuid: job };
}
