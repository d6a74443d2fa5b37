import type { JobId, NodeTaskKind, StepKey, VmId } from '@nereid/contracts';
import type { z } from 'zod';
import type { NodeTask } from './node-task';

/** What every step function is given. All of it is the same when the step runs again. */
export interface StepContext<Ports, Input, Done> {
  readonly input: Input;
  /** The services the steps act on. */
  readonly on: Ports;
  /** Outputs of the steps before, by name. */
  readonly done: Done;
  /** `<run>/<step>`: under this name the step reserves and releases. */
  readonly key: StepKey;
  readonly run: JobId;
  readonly vm: VmId | undefined;
  /** Of the instance's wanted half; an undo has a higher one than its step. */
  readonly generation: number;
  /** +1 with each claim of the run. */
  readonly epoch: number;
  /** Aborted when the run was lost to another worker: stop, nothing written from now on counts. */
  readonly signal: AbortSignal;
}

type Awaitable<T> = T | Promise<T>;

/** One step: what it does, what it leaves behind, how that is undone. */
export interface StepDefinition<Ports, Input, Done, Output extends z.ZodType> {
  /** What the log keeps and later steps see. */
  readonly output: Output;
  /**
   * Does one remote thing, or answers the {@link NodeTask} to be done, whose result becomes the output. May run twice; safe to repeat.
   * Errors that may be retried (`ServiceError.mayRetry`) are, three times in all; any other fails the run.
   */
  run(context: StepContext<Ports, Input, Done>): Awaitable<z.input<Output> | NodeTask<NodeTaskKind>>;
  /**
   * Makes sure that nothing of the step is there. Called for every step that started, also for the one that failed, whatever it had
   * done; tried without end. `output` is what the step answered, when it got that far.
   */
  undo?(
    context: StepContext<Ports, Input, Done> & { readonly output: z.output<Output> | undefined },
  ): Awaitable<void | NodeTask<NodeTaskKind>>;
}

/** A step with its name. Made by {@link step}. */
export interface Step<Ports, Input, Done, Name extends string, Output extends z.ZodType> extends StepDefinition<
  Ports,
  Input,
  Done,
  Output
> {
  readonly name: Name;
}

/** Names a step, for {@link Workflow.together}. */
export function step<Ports, Input, Done, Name extends string, Output extends z.ZodType>(
  name: Name,
  definition: StepDefinition<Ports, Input, Done, Output>,
): Step<Ports, Input, Done, Name, Output> {
  return { name, output: definition.output, run: (c) => definition.run(c), ...(definition.undo && { undo: (c) => definition.undo!(c) }) };
}
