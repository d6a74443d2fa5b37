import { join } from 'node:path';

/** Where things lie that do not outlive a restart of the server. */
export class RunLayout {
  readonly ports: string;
  readonly instances: string;
  readonly runc: string;

  constructor(readonly root: string) {
    this.ports = join(root, 'ports');
    this.instances = join(root, 'instances');
    this.runc = join(root, 'runc');
  }

  portsRecord(id: string): string {
    return join(this.ports, `${id}.json`);
  }

  /** The bundle: what runc reads, and the files that the guest sees instead of its own. */
  bundle(id: string, ...names: string[]): string {
    return join(this.instances, id, ...names);
  }

  /** Where the agent comes for the zone's console. */
  consoleSocket(id: string): string {
    return this.bundle(id, 'console.sock');
  }

  /** Of one program that runs in a zone on somebody's behalf. */
  execFolder(session: string): string {
    return join(this.root, 'exec', session);
  }

  /** The view of devices that the guest gets; a mount point. Apart from the bundle: it comes and goes with the network. */
  sysfs(id: string): string {
    return join(this.root, 'sys', id);
  }

  /** The guest's `.zonecontrol`. */
  metadataFolder(id: string): string {
    return join(this.root, 'metadata', id);
  }

  runcState(id: string): string {
    return join(this.runc, id);
  }
}
