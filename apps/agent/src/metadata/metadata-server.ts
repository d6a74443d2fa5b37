import { guestMetadataChanged, type InstanceSpec, type ServerId, type TaskId, type VmId } from '@nereid/contracts';
import { deadlineIn, MetadataSessions, type ServerDriver, type TaskContext } from '@nereid/driver';
import type { Clock, Ids } from '@nereid/ports';
import type { InstanceBook } from '../instances/instance-book';
import type { Log } from '../log';
import type { NodeBus } from '../node-bus';
import { GuestAnswers, type GuestChange } from './guest-answers';

/** The guests' metadata on one server: a set of sessions per instance, fed by the driver's sockets. */
export class MetadataServer {
  private readonly sessions = new Map<VmId, MetadataSessions>();

  constructor(
    private readonly server: ServerId,
    private readonly driver: ServerDriver,
    private readonly instances: InstanceBook,
    private readonly bus: NodeBus,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly log: Log,
  ) {}

  /** Serves the guest by this spec until it is closed. Safe to repeat; open connections go on. */
  async serve(ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    if (!(await this.driver.guest.probe()).metadata.available) return; // placement knows; an instance may live without
    if (!this.instances.spec(spec.id)) this.instances.keep(spec, []);
    else this.instances.replaceSpec(spec);
    let sessions = this.sessions.get(spec.id);
    if (!sessions) {
      const answers = new GuestAnswers(
        () => this.instances.spec(spec.id),
        { server: this.server },
        (change) => this.record(spec.id, change),
      );
      sessions = new MetadataSessions(this.clock, answers);
      this.sessions.set(spec.id, sessions);
    }
    await this.driver.guest.serveMetadata(ctx, spec, sessions.accept);
  }

  /** After a start of the agent: the sockets of all instances that are there. One that fails does not hold up the others. */
  async serveAll(specs: readonly InstanceSpec[]): Promise<void> {
    await Promise.all(
      specs.map((spec) =>
        this.serve(this.ownContext('serve-metadata'), spec).catch((err: unknown) =>
          this.log.error({ err, vm: spec.id }, 'a metadata socket cannot be served'),
        ),
      ),
    );
  }

  async close(id: VmId): Promise<void> {
    this.sessions.get(id)?.close();
    this.sessions.delete(id);
    await this.driver.guest.closeMetadata(id);
  }

  /** The control plane's wanted half first; only then does the guest hear SUCCESS and the node's copy follow. */
  private async record(vm: VmId, { set, remove }: GuestChange): Promise<void> {
    await this.bus.report(guestMetadataChanged, { vm, set, remove: [...remove] });
    const spec = this.instances.spec(vm);
    if (!spec) return;
    const customerMetadata = { ...spec.customerMetadata, ...set };
    for (const key of remove) delete customerMetadata[key];
    const changed = { ...spec, customerMetadata };
    this.instances.replaceSpec(changed);
    await this.driver.instance.ensureDefined(this.ownContext('guest-metadata'), changed).catch((err: unknown) => {
      // The next task brings the whole spec; until then a restart of the agent would show the guest the older value.
      this.log.warn({ err, vm }, "a guest's metadata could not be kept on the node");
    });
  }

  private ownContext(step: string): TaskContext {
    return {
      taskId: `${this.ids.sorted()}/${step}/do` as TaskId,
      generation: 0,
      epoch: 0,
      deadline: deadlineIn(this.clock, 30_000),
      signal: AbortSignal.timeout(30_000),
    };
  }
}
