import { join } from 'node:path';

/** What is being done with a dataset; what a restart after a crash goes by. */
export type DatasetState = 'creating' | 'ready' | 'deleting';

/** User properties that we stamp on datasets. */
export const stamps = { instance: 'nereid:instance', image: 'nereid:image', state: 'nereid:state', idBase: 'nereid:idbase' } as const;

/** Where things lie in the pool, as dataset names and as paths. `mountpoint` is the pool's own. */
export class PoolLayout {
  readonly images: string;
  readonly instances: string;
  /** Roots made ahead of the instances that will be cloned from them. */
  readonly prepared: string;
  readonly meta: string;

  constructor(
    readonly pool: string,
    readonly mountpoint: string,
  ) {
    this.images = `${pool}/images`;
    this.instances = `${pool}/instances`;
    this.prepared = `${pool}/prepared`;
    this.meta = `${pool}/meta`;
  }

  image(id: string): string {
    return `${this.images}/${id}`;
  }

  /** What instances are cloned from. It exists exactly when the image is complete. */
  imageSnapshot(id: string): string {
    return `${this.image(id)}@image`;
  }

  instance(id: string): string {
    return `${this.instances}/${id}`;
  }

  preparedRoot(image: string, idBase: number): string {
    return `${this.prepared}/${image}.${idBase}`;
  }

  /** What makes a prepared root whole, and what instances are cloned from. */
  static preparedSnapshot(dataset: string): string {
    return `${dataset}@root`;
  }

  preparedPath(image: string, idBase: number): string {
    return join(this.mountpoint, 'prepared', `${image}.${idBase}`);
  }

  imagePath(id: string): string {
    return join(this.mountpoint, 'images', id);
  }

  /** Root file system of an instance. Its content is the guest's: never follow a path in it from here. */
  rootPath(id: string): string {
    return join(this.mountpoint, 'instances', id);
  }

  /** Our own records; never visible to a guest. */
  metaPath(...names: string[]): string {
    return join(this.mountpoint, 'meta', ...names);
  }

  /** The UUID at the end of a dataset's name, when it is directly below `parent`. */
  static childOf(parent: string, dataset: string): string | undefined {
    const rest = dataset.startsWith(`${parent}/`) ? dataset.slice(parent.length + 1) : '';
    return /^[0-9a-f-]{36}$/.test(rest) ? rest : undefined;
  }
}
