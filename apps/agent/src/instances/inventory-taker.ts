import type { VmId } from '@nereid/contracts';
import { DriverError, type Inventory, type ServerDriver } from '@nereid/driver';

/**
 * Looks at everything on the server. Looking is dear, so those who ask while a look is under way share the next one: it began after they asked,
 * and so proves what they want proved.
 */
export class InventoryTaker {
  private running: Promise<Inventory> | undefined;
  private next: Promise<Inventory> | undefined;

  constructor(private readonly driver: ServerDriver) {}

  /** An inventory that began after this call. */
  take(): Promise<Inventory> {
    if (!this.running) return this.begin();
    this.next ??= this.running.then(
      () => this.begin(),
      () => this.begin(),
    );
    return this.next;
  }

  /**
   * The pool's id, when nothing of the instance is on it.
   * @throws DriverError Busy something of it is left; Unavailable the look was not complete
   */
  async proveAbsent(id: VmId): Promise<string> {
    const inventory = await this.take();
    if (!inventory.complete)
      throw new DriverError('Unavailable', `the server cannot be looked through: ${inventory.reason ?? 'incomplete'}`, { step: 'prove' });
    const left = inventory.instances.find((it) => it.id === id);
    if (left) throw new DriverError('Busy', `something of the instance is left (${left.phase})`, { step: 'prove' });
    return inventory.poolId;
  }

  private begin(): Promise<Inventory> {
    this.next = undefined;
    const taking = this.driver.instance.inventory();
    this.running = taking;
    const done = (): void => {
      if (this.running === taking) this.running = undefined;
    };
    taking.then(done, done);
    return taking;
  }
}
