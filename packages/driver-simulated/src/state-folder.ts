import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageFacts } from '@nereid/driver';
import type { StoredInstance } from './stored-instance';

/**
 * Where a simulated server's instances outlive its process, a file each: the instances of a killed agent are there when it comes back, as they
 * would be on a real server. Written and renamed, so that a kill leaves the old file or the new one; not synced, since a kill is no power cut.
 */
export class StateFolder {
  private readonly instances: string;
  private readonly images: string;

  constructor(folder: string) {
    this.instances = join(folder, 'instances');
    this.images = join(folder, 'images');
    mkdirSync(this.instances, { recursive: true, mode: 0o700 });
    mkdirSync(this.images, { recursive: true, mode: 0o700 });
  }

  loadInstances(): StoredInstance[] {
    return readAll<StoredInstance>(this.instances);
  }

  loadImages(): ImageFacts[] {
    return readAll<ImageFacts>(this.images);
  }

  saveInstance(stored: StoredInstance): void {
    write(join(this.instances, stored.id), stored);
  }

  removeInstance(id: string): void {
    rmSync(join(this.instances, id), { force: true });
  }

  saveImage(image: ImageFacts): void {
    write(join(this.images, image.id), image);
  }

  removeImage(id: string): void {
    rmSync(join(this.images, id), { force: true });
  }
}

function readAll<T>(folder: string): T[] {
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.new'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T);
}

function write(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
