import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ImageFacts } from '@nereid/driver';
import type { StoredInstance } from './stored-instance';

/**
 * Where a simulated server's instances outlive its process, a file each: the instances of a killed agent are there when it comes back, as they
 * would be on a real server. A kill leaves the old content or the new; nothing is synced, since a kill is no power cut.
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
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((text) => text !== '') // made, and killed before the first byte
    .map((text) => JSON.parse(text) as T);
}

/** A write within one page is not cut in two by a kill. */
const pageBytes = 4_096;

/**
 * Small contents are written over the old ones in place, filled up with blanks to the length of a page: making a new file and renaming it costs
 * ten times as much, for each of the dozen changes in an instance's life.
 */
function write(file: string, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value), 'utf8');
  if (bytes.length <= pageBytes) {
    const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      if (fstatSync(fd).size <= pageBytes) {
        writeSync(fd, Buffer.concat([bytes, Buffer.alloc(pageBytes - bytes.length, ' ')]), 0, pageBytes, 0);
        return;
      }
    } finally {
      closeSync(fd);
    }
  }
  writeFileSync(`${file}.new`, bytes, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
