import type { z } from 'zod';
import type { Step, StepDefinition } from './step';
import { step as named } from './step';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyStep = Step<any, any, any, string, z.ZodType>;

export interface WorkflowOptions {
  /** +1 whenever steps change their meaning or order: old runs finish on the old version, which stays registered until they have. */
  readonly version?: number;
  /** Whether a cancel is heeded. `false` where stopping half-way helps nobody, as with a deletion. */
  readonly isCancelable?: boolean;
}

type With<Done, Name extends string, Output extends z.ZodType> = Done & { readonly [K in Name]: z.output<Output> };

/** Where a process can die, for the tests that kill it there. */
export type CrashMoment = 'before' | 'after-act' | 'after-record';

/**
 * A saga: steps in order, some side by side, each with an undo. Immutable; `step` and `together` answer a longer one.
 * Steps run in the order they are written. When one fails or the run is cancelled, every step that started is undone, newest first.
 */
export class Workflow<Ports, Input extends z.ZodType = z.ZodType, Done = unknown> {
  readonly version: number;
  readonly isCancelable: boolean;

  constructor(
    readonly name: string,
    readonly input: Input,
    readonly options: WorkflowOptions = {},
    readonly groups: readonly (readonly AnyStep[])[] = [],
  ) {
    this.version = options.version ?? 1;
    this.isCancelable = options.isCancelable ?? true;
    const names = this.stepNames;
    for (const name of names) if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new Error(`${this.name}: step name "${name}"`);
    if (new Set(names).size !== names.length) throw new Error(`${this.name}: two steps of one name`);
  }

  /** `name@version`, as a worker claims it. */
  get id(): string {
    return `${this.name}@${this.version}`;
  }

  /** All steps, in order. */
  get steps(): AnyStep[] {
    return this.groups.flat();
  }

  get stepNames(): string[] {
    return this.steps.map((s) => s.name);
  }

  /** The steps it begins with. */
  get firstSteps(): string[] {
    return (this.groups[0] ?? []).map((s) => s.name);
  }

  /**
   * Every point at which a process may die in the middle of a run, as the `CrashPoint` port names them:
   * `<workflow>/<moment>:<step>` and, on the way back, `<workflow>/<moment>:undo:<step>`.
   */
  crashPoints(): string[] {
    const moments: readonly CrashMoment[] = ['before', 'after-act', 'after-record'];
    const forward = this.steps.flatMap((s) => moments.map((moment) => crashPointName(this.name, moment, s.name, 'do')));
    const back = this.steps.filter((s) => s.undo !== undefined).reverse();
    return [...forward, ...back.flatMap((s) => moments.map((moment) => crashPointName(this.name, moment, s.name, 'undo')))];
  }

  /** Then this step. */
  step<Name extends string, Output extends z.ZodType>(
    name: Name,
    definition: StepDefinition<Ports, z.output<Input>, Done, Output>,
  ): Workflow<Ports, Input, With<Done, Name, Output>> {
    return this.#then([named(name, definition)]);
  }

  /** Then these, side by side: none sees the output of another. */
  together<N1 extends string, O1 extends z.ZodType, N2 extends string, O2 extends z.ZodType>(
    a: Step<Ports, z.output<Input>, Done, N1, O1>,
    b: Step<Ports, z.output<Input>, Done, N2, O2>,
  ): Workflow<Ports, Input, With<With<Done, N1, O1>, N2, O2>>;
  together<N1 extends string, O1 extends z.ZodType, N2 extends string, O2 extends z.ZodType, N3 extends string, O3 extends z.ZodType>(
    a: Step<Ports, z.output<Input>, Done, N1, O1>,
    b: Step<Ports, z.output<Input>, Done, N2, O2>,
    c: Step<Ports, z.output<Input>, Done, N3, O3>,
  ): Workflow<Ports, Input, With<With<With<Done, N1, O1>, N2, O2>, N3, O3>>;
  together(...steps: AnyStep[]): Workflow<Ports, Input, never> {
    return this.#then(steps);
  }

  #then<Longer>(steps: readonly unknown[]): Workflow<Ports, Input, Longer> {
    return new Workflow<Ports, Input, Longer>(this.name, this.input, this.options, [...this.groups, steps as AnyStep[]]);
  }
}

/** Any workflow, where its types do not matter. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyWorkflow = Workflow<any, any, any>;

/**
 * Begins a workflow whose steps act on `Ports`: `workflow<Ports>()('vm.provision', z.object({ vm: VmId })).step(…)`.
 * Two calls, because the ports are named and the rest is inferred.
 */
export function workflow<Ports>() {
  return <Input extends z.ZodType>(name: string, input: Input, options: WorkflowOptions = {}): Workflow<Ports, Input> => {
    if (!/^[a-z]+(\.[a-z-]+)+$/.test(name)) throw new Error(`a workflow is named <resource>.<verb>: ${name}`);
    return new Workflow<Ports, Input>(name, input, options);
  };
}

export function crashPointName(workflowName: string, moment: CrashMoment, stepName: string, direction: 'do' | 'undo'): string {
  return `${workflowName}/${moment}:${direction === 'undo' ? 'undo:' : ''}${stepName}`;
}
