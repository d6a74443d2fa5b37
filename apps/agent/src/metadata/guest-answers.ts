import type { InstanceSpec } from '@nereid/contracts';
import { MetadataRefused, type MetadataAnswers } from '@nereid/driver';
import { classOf, keysOf, valueOf, type ServerOfGuest } from './metadata-keys';

export interface GuestChange {
  readonly set: Record<string, string>;
  readonly remove: readonly string[];
}

const longestKeyBytes = 256;
const longestValueBytes = 64 * 1024;

/** Answers one instance's guest from its spec; what the guest changes goes to the control plane first. */
export class GuestAnswers implements MetadataAnswers {
  /**
   * @param spec the spec as it is now; undefined once the instance is gone
   * @param change resolves when the control plane holds the change. @throws when it does not
   */
  constructor(
    private readonly spec: () => InstanceSpec | undefined,
    private readonly on: ServerOfGuest,
    private readonly change: (change: GuestChange) => Promise<void>,
  ) {}

  async get(key: string): Promise<string | undefined> {
    const spec = this.spec();
    return spec && valueOf(spec, this.on, key);
  }

  async keys(): Promise<readonly string[]> {
    const spec = this.spec();
    return spec ? keysOf(spec) : [];
  }

  async put(key: string, value: string): Promise<void> {
    this.mustBeCustomers(key);
    if (Buffer.byteLength(value) > longestValueBytes) throw new MetadataRefused(`A value holds at most ${longestValueBytes} bytes.`);
    if (this.spec()?.customerMetadata[key] === value) return;
    await this.tell({ set: { [key]: value }, remove: [] });
  }

  async delete(key: string): Promise<void> {
    this.mustBeCustomers(key);
    const spec = this.spec();
    if (!spec || !Object.hasOwn(spec.customerMetadata, key)) return;
    await this.tell({ set: {}, remove: [key] });
  }

  private mustBeCustomers(key: string): void {
    const spec = this.spec();
    if (!spec || key.length === 0 || Buffer.byteLength(key) > longestKeyBytes || /[\n\r\0]/.test(key))
      throw new MetadataRefused('Not a key.');
    const kind = classOf(spec, key);
    if (kind === 'sdc') throw new MetadataRefused('Cannot update the "sdc" Namespace.');
    if (kind === 'internal') throw new MetadataRefused('Cannot update internal metadata.');
  }

  private async tell(change: GuestChange): Promise<void> {
    try {
      await this.change(change);
    } catch {
      throw new MetadataRefused('The change could not be recorded now; try again.');
    }
  }
}
