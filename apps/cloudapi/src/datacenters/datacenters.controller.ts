import { ServiceError, cloudapi } from '@nereid/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { CloudapiConfig } from '../config';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { CONFIG } from '@nereid/platform';

/** What this installation says of itself and its neighbours; all of it is configuration. */
@Controller()
export class DatacentersController {
  private readonly name: { 'Triton-Datacenter-Name': string };

  constructor(@Inject(CONFIG) private readonly config: CloudapiConfig) {
    this.name = { 'Triton-Datacenter-Name': config.datacenter };
  }

  @Route(cloudapi.ping)
  ping(): Answer<typeof cloudapi.ping> {
    return { body: { ping: 'pong', cloudapi: { versions: [...cloudapi.apiVersions] } }, headers: this.name };
  }

  @Route(cloudapi.listDatacenters)
  list(): Answer<typeof cloudapi.listDatacenters> {
    return { body: this.config.datacenters, headers: this.name };
  }

  @Route(cloudapi.getDatacenter)
  get({ params }: Call<typeof cloudapi.getDatacenter>): Answer<typeof cloudapi.getDatacenter> {
    const url = Object.hasOwn(this.config.datacenters, params.datacenter) ? this.config.datacenters[params.datacenter] : undefined;
    if (!url) throw new ServiceError('ResourceNotFound', 'There is no such datacenter.');
    return { body: { code: 'ResourceMoved', message: `${params.datacenter} is at ${url}` }, headers: { Location: url } };
  }

  @Route(cloudapi.listServices)
  services(): Answer<typeof cloudapi.listServices> {
    return { body: this.config.services };
  }
}
