import { createKey, deleteKey, getKey, listKeys, resolveKey } from '@nereid/contracts';
import { Bus } from '@nereid/bus';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { KeysService } from './keys.service';

@Injectable()
export class KeysHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly keys: KeysService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(listKeys, async ({ account }, caller) => ({ keys: await this.keys.list(caller, account) }));
    this.bus.serve(getKey, ({ account, key }, caller) => this.keys.get(caller, account, key));
    this.bus.serve(createKey, (want, caller) => this.keys.create(caller, want));
    this.bus.serve(deleteKey, async ({ account, key }, caller) => {
      await this.keys.delete(caller, account, key);
      return {};
    });
    this.bus.serve(resolveKey, ({ login, key }, caller) => this.keys.resolve(caller, login, key));
  }
}
