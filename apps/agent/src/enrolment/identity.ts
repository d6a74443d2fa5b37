import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnrolReply } from '@nereid/contracts';
import { z } from 'zod';
import { syncFolder } from '../journal/sync-folder';

/** A server's key, and who it is once it is enrolled. */
export const Identity = z.object({ seed: z.string(), publicKey: z.string(), enrolled: EnrolReply.optional() });
export type Identity = z.infer<typeof Identity>;

/** Where one server's identity lies, readable by root alone. */
export class IdentityFile {
  private readonly file: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = join(folder, 'identity.json');
  }

  /** Undefined before the first start. */
  read(): Identity | undefined {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    return Identity.parse(JSON.parse(text));
  }

  /** On disk, whole, when this resolves. */
  async write(identity: Identity): Promise<void> {
    const handle = await open(`${this.file}.new`, 'w', 0o600);
    await handle.writeFile(JSON.stringify(identity));
    await handle.sync();
    await handle.close();
    await rename(`${this.file}.new`, this.file);
    await syncFolder(dirname(this.file));
  }
}
