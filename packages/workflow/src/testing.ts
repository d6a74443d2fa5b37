import { ServiceError, type JobId, type ServerId, type TaskOutcome, type VmId } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { z } from 'zod';
import { noCrash } from './crash-point';
import { Drive } from './engine';
import { MemoryRunStore } from './memory-run-store';
import { NodeTask, type NodeTaskRequest, type NodeTaskSender } from './node-task';
import type { LoggedError, StepState } from './run-store';
import type { AnyStep, AnyWorkflow, Workflow } from './workflow';

export interface RunWorkflowOptions {
  /** The instance the run is for. */
  readonly vm?: VmId;
  /** Answers node tasks. Without it a node task fails the test. */
  readonly nodes?: NodeTaskSender;
  /** The step acts, and its caller never hears of it, however often it tries. */
  readonly loseReplyOf?: string;
  /** The step fails without having acted. */
  readonly failAt?: string;
  /** Every step and undo is run so many times in a row. */
  readonly runEachTimes?: number;
  /** The worker dies right after (before) the n-th write, or each write once, and another takes over. */
  readonly crashAfter?: number | 'every-write';
  readonly crashBefore?: number | 'every-write';
  /** A cancel comes in while this step runs. */
  readonly cancelAt?: string;
}

export interface RunOutcome {
  readonly state: 'succeeded' | 'failed' | 'canceled' | 'stuck';
  /** The step whose failure ended it. */
  readonly failedAt?: string;
  readonly error?: LoggedError;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What was called, in order: `do boot`, `undo boot`. */
  readonly calls: readonly string[];
  readonly steps: Readonly<Record<string, StepState>>;
  /** How often the log was written. */
  readonly writes: number;
}

class Crash extends Error {}

/** A run id as tests may give it, short. */
function asRunId(name: string): JobId {
  const hex = Buffer.from(name).toString('hex').slice(0, 12).padStart(12, '0');
  return `00000000-0000-7000-8000-${hex}` as JobId;
}

/**
 * Runs a workflow in memory with the real engine, to its end (or until it is stuck), with the mishaps asked for. Waiting takes no time.
 * For every workflow's spec: each step twice, each reply lost, a crash around each write.
 */
export async function runWorkflow<Ports, Input extends z.ZodType, Done>(
  workflow: Workflow<Ports, Input, Done>,
  run: string,
  input: z.input<Input>,
  ports: Ports,
  options: RunWorkflowOptions = {},
): Promise<RunOutcome> {
  const id = /^[0-9a-f-]{36}$/.test(run) ? (run as JobId) : asRunId(run);
  const parsed = workflow.input.parse(input);
  const store = new MemoryRunStore(id, workflow.id, options.vm, parsed, workflow.firstSteps);
  const calls: string[] = [];
  const lostTasks = new Set(options.loseReplyOf ? [`${id}/${options.loseReplyOf}/do`] : []);
  const nodes: NodeTaskSender = {
    async send(server: ServerId, request: NodeTaskRequest): Promise<TaskOutcome | { state: 'accepted' }> {
      if (!options.nodes) throw new ServiceError('Unsupported', 'the test gave no nodes');
      let reply = await options.nodes.send(server, request);
      for (let more = 1; more < (options.runEachTimes ?? 1); more++) reply = await options.nodes.send(server, request);
      if (lostTasks.has(request.taskId)) throw lost();
      return reply;
    },
  };
  plantCrashes(store, options);
  const parts = {
    ...{ workflow: withMishaps(workflow, options, calls, store), ports, effects: undefined, store, nodes, clock: instantClock },
    ...{ crash: noCrash, signal: new AbortController().signal },
  };
  for (let round = 0; !store.hasEnded && store.state !== 'stuck'; round++) {
    if (round > 1_000) throw new Error(`${workflow.name} comes to no end: ${calls.slice(-6).join(', ')}`);
    try {
      await new Drive(store.claim(), parts).toTheEnd();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  const rows = [...store.rows.values()];
  const failedAt = store.state === 'failed' ? store.error?.step : undefined;
  return {
    state: store.state as RunOutcome['state'],
    ...(failedAt !== undefined && { failedAt }),
    ...(store.error && { error: store.error }),
    outputs: Object.fromEntries(rows.filter((r) => r.output !== undefined).map((r) => [r.name, r.output])),
    calls,
    steps: Object.fromEntries(rows.map((r) => [r.name, r.state])),
    writes: store.writes,
  };
}

function withMishaps(workflow: AnyWorkflow, options: RunWorkflowOptions, calls: string[], store: MemoryRunStore): AnyWorkflow {
  const times = options.runEachTimes ?? 1;
  const wrap = (step: AnyStep): AnyStep => ({
    ...step,
    run: async (context) => {
      calls.push(`do ${step.name}`);
      if (options.failAt === step.name) throw new ServiceError('InvalidArgument', 'made to fail');
      if (options.cancelAt === step.name && !store.isCancelRequested) {
        store.isCancelRequested = true;
        store.wakes++;
      }
      const answer: unknown = await repeat(times, () => step.run(context));
      if (options.loseReplyOf === step.name && !(answer instanceof NodeTask)) throw lost();
      return answer;
    },
    ...(step.undo && {
      undo: (context) => {
        calls.push(`undo ${step.name}`);
        return repeat(times, () => step.undo!(context));
      },
    }),
  });
  const groups = (workflow.groups as AnyStep[][]).map((group) => group.map(wrap));
  return Object.assign(Object.create(workflow) as AnyWorkflow, { groups });
}

async function repeat<T>(times: number, act: () => T | Promise<T>): Promise<T> {
  let last = await act();
  for (let more = 1; more < times; more++) last = await act();
  return last;
}

function plantCrashes(store: MemoryRunStore, options: RunWorkflowOptions): void {
  let crashedBefore = 0;
  store.afterWrite = (count) => {
    if (options.crashAfter === count || (options.crashAfter === 'every-write' && !store.hasEnded)) throw new Crash();
  };
  store.beforeWrite = (count) => {
    // Every second one, so that the same write gets through when it is tried again.
    const isMeant = options.crashBefore === 'every-write' ? count % 2 === 1 : options.crashBefore === count;
    if (isMeant && crashedBefore < count) {
      crashedBefore = count;
      throw new Crash();
    }
  };
}

function lost(): ServiceError {
  return new ServiceError('Timeout', 'the reply was lost');
}

/** Pauses take no time. */
const instantClock: Clock = {
  nowMs: () => 0,
  monotonicMs: () => 0,
  sleep: () => Promise.resolve(),
  after: () => () => undefined,
  every: () => () => undefined,
};
