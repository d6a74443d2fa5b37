import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloudapi } from '@nereid/contracts';
import type { Cloud } from '../api/cloud';
import { unrecordedTag } from './metadata-keys';

/**
 * Instances that an earlier run made and did not live to record: its process was killed between asking for them and writing its state.
 * Every new instance carries a tag until its making is recorded. Its value stands for who asked for what: the working directory and workspace
 * of the run, and the request; a run that asks for the same again takes what is there.
 */
export class Unrecorded {
  /** What was there before this process made anything, by mark. */
  private readonly left = new Map<string, Promise<cloudapi.MachineObject[]>>();
  private readonly recorded = new Set<string>();

  /** The tag's value for a request. */
  markOf(request: Readonly<Record<string, unknown>>): string {
    return createHash('sha256')
      .update(`${process.cwd()}\0${workspace()}\0${JSON.stringify(request)}`)
      .digest('hex')
      .slice(0, 32);
  }

  /** One left over instance of that mark, each only once. Asked for once a mark, before this process makes any of that mark itself. */
  async take(mark: string, cloud: Cloud): Promise<cloudapi.MachineObject | undefined> {
    let asked = this.left.get(mark);
    if (!asked) {
      asked = cloud.call(cloudapi.listMachines, {}, { [`tag.${unrecordedTag}`]: mark }).then(({ body }) => body);
      this.left.set(mark, asked);
      asked.catch(() => this.left.delete(mark));
    }
    const found = await asked;
    for (let next = found.shift(); next; next = found.shift()) if (!this.recorded.has(next.id)) return next;
    return undefined;
  }

  /** Terraform knows this one. */
  isRecorded(id: string): void {
    this.recorded.add(id);
  }
}

/** The workspace that Terraform works in. Source: Terraform, CLI workspaces: the environment first, then a file in its data directory. */
function workspace(): string {
  const file = join(process.env['TF_DATA_DIR'] ?? '.terraform', 'environment');
  return process.env['TF_WORKSPACE'] ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : 'default');
}
