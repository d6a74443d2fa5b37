import { Bus } from '@nereid/bus';
import { adminapi, createPackage, getPackage, listPackages } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toPackage, toPackageObject } from './package.mapper';

/** Size plans, by vmapi. */
@Controller()
export class PackagesController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.listPackages)
  async list({ query, caller }: Call<typeof adminapi.listPackages>): Promise<Answer<typeof adminapi.listPackages>> {
    const { name, owner_uuids: account, include_inactive: includeInactive } = query;
    const { packages } = await this.bus.call(listPackages, { name, account, includeInactive }, caller);
    return { body: packages.map(toPackageObject) };
  }

  @Route(adminapi.getPackage)
  async get({ params, caller }: Call<typeof adminapi.getPackage>): Promise<Answer<typeof adminapi.getPackage>> {
    const found = await this.bus.call(getPackage, { idOrName: params.uuid }, caller);
    return { body: toPackageObject(found), version: found.rowVersion };
  }

  @Route(adminapi.createPackage)
  async create({ body, caller }: Call<typeof adminapi.createPackage>): Promise<Answer<typeof adminapi.createPackage>> {
    return { body: toPackageObject(await this.bus.call(createPackage, toPackage(body), caller)) };
  }
}
