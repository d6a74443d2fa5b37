import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { countPackages, createPackage, getPackage, listPackages } from '@nereid/contracts';
import { mustNotBeCustomer, ownAccountOnly } from '../callers';
import { PackagesService } from './packages.service';

/** Bus in: packages. */
@Injectable()
export class PackagesHandler implements OnModuleInit {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(PackagesService) private readonly packages: PackagesService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(createPackage, (want, caller) => {
      mustNotBeCustomer(caller, 'packages are made by operators');
      return this.packages.create(want);
    });
    this.bus.serve(getPackage, ({ idOrName, account }, caller) => this.packages.get(idOrName, ownAccountOnly(caller, account)));
    this.bus.serve(countPackages, (_, caller) => {
      mustNotBeCustomer(caller, 'only operators may do this');
      return this.packages.count();
    });
    this.bus.serve(listPackages, async (filter, caller) => ({
      packages: await this.packages.list({ ...filter, account: ownAccountOnly(caller, filter.account) }),
    }));
  }
}
