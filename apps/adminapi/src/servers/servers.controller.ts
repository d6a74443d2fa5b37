import { Bus } from '@nereid/bus';
import { adminapi, createEnrolmentToken, getServer, listServers, updateServer } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toServerObject } from './server.mapper';

const tokenSeconds = 3_600;

/** Servers, by cnapi. */
@Controller()
export class ServersController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.listServers)
  async list({ query, caller }: Call<typeof adminapi.listServers>): Promise<Answer<typeof adminapi.listServers>> {
    const { limit, marker, state, driver } = query;
    const { items, next } = await this.bus.call(listServers, { limit, after: marker, state, driver }, caller);
    return { body: items.map(toServerObject), next };
  }

  @Route(adminapi.getServer)
  async get({ params, caller }: Call<typeof adminapi.getServer>): Promise<Answer<typeof adminapi.getServer>> {
    const server = await this.bus.call(getServer, { id: params.uuid }, caller);
    return { body: toServerObject(server), version: server.version };
  }

  @Route(adminapi.updateServer)
  async update({ params, body, caller, ifVersion }: Call<typeof adminapi.updateServer>): Promise<Answer<typeof adminapi.updateServer>> {
    const server = await this.bus.call(updateServer, { id: params.uuid, ...body, ifVersion }, caller);
    return { body: toServerObject(server), version: server.version };
  }

  @Route(adminapi.createEnrolmentToken)
  async createToken({ body, caller }: Call<typeof adminapi.createEnrolmentToken>): Promise<Answer<typeof adminapi.createEnrolmentToken>> {
    const validForMs = (body.valid_for_seconds ?? tokenSeconds) * 1_000;
    const { token, expiresAt } = await this.bus.call(createEnrolmentToken, { validForMs }, caller);
    return { body: { token, expires_at: expiresAt } };
  }
}
