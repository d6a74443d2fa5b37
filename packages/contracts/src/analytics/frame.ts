import { InstrumentationId, VmId } from '../ids';
import { nodeFrame } from '../rpc';
import { ByteReader, ByteWriter } from './bytes';
import { lastBucket, type Distribution } from './histogram';
import type { Figures } from './series';

/** What one server measured in one second. */
export interface NodeFrame {
  /** When it was taken, s since 1970 by the server's clock. */
  readonly second: number;
  /** How often this agent has started. */
  readonly boot: number;
  /** The revision of {@link instrumentationsWanted} that it works by; 0 before it was told any. */
  readonly wanted: number;
  /** By `serverSeries`. */
  readonly server: Figures;
  /** By `instanceSeries`. A server with very many instances says a part of them in each frame, in turn. */
  readonly instances: readonly { readonly id: VmId; readonly figures: Figures }[];
  readonly samples: readonly InstrumentationSample[];
}

/** What an instrumentation measured since the frame before, or why it measures nothing. */
export interface InstrumentationSample {
  readonly id: InstrumentationId;
  readonly state: 'on' | 'starting' | 'refused';
  /** Why it is refused; for people. */
  readonly reason: string;
  /** Some of what happened is not counted: the source had no room left. */
  readonly isTruncated: boolean;
  readonly cells: readonly FrameCell[];
}

/** What happened in one instance (or on the server itself) under one key of the decomposition. */
export interface FrameCell {
  readonly vm: VmId | undefined;
  readonly key: string;
  readonly count: number;
  /** Of metrics with a numeric decomposition; its counts add up to `count`. */
  readonly distribution?: Distribution;
}

const magic = [0x4e, 0x46]; // NF
const version = 1;
const states = ['on', 'starting', 'refused'] as const;
const most = { figures: 64, instances: 100_000, samples: 1_000, cells: 100_000, text: 512 };

/** One second's figures, as bytes: a node says them once a second, and a lost one is lost. */
export const nodeFrames = nodeFrame<NodeFrame>({ what: 'frames', encode: encodeFrame, decode: decodeFrame });

export function encodeFrame(frame: NodeFrame): Uint8Array {
  const out = new ByteWriter();
  for (const byte of [...magic, version]) out.byte(byte);
  for (const value of [frame.second, frame.boot, frame.wanted]) out.number(value);
  writeFigures(out, frame.server);
  out.number(frame.instances.length);
  for (const { id, figures } of frame.instances) {
    out.uuid(id);
    writeFigures(out, figures);
  }
  out.number(frame.samples.length);
  for (const sample of frame.samples) writeSample(out, sample);
  return out.done();
}

/** @throws RangeError it is no whole frame of a version that we know */
export function decodeFrame(bytes: Uint8Array): NodeFrame {
  const from = new ByteReader(bytes);
  if (from.byte() !== magic[0] || from.byte() !== magic[1]) throw new RangeError('this is no frame');
  if (from.byte() !== version) throw new RangeError('a frame of an unknown version');
  const [second, boot, wanted] = [from.number(), from.number(), from.number()];
  const server = readFigures(from);
  const instances = many(from, most.instances, () => ({ id: from.uuid() as VmId, figures: readFigures(from) }));
  const samples = many(from, most.samples, () => readSample(from));
  if (!from.isAtEnd) throw new RangeError('the frame is longer than it says');
  return { second, boot, wanted, server, instances, samples };
}

/** How many there are, which of them are known, and those. */
function writeFigures(out: ByteWriter, figures: Figures): void {
  out.number(figures.length);
  for (let first = 0; first < figures.length; first += 8) {
    let known = 0;
    for (let bit = 0; bit < 8; bit++) if (figures[first + bit] !== undefined) known |= 1 << bit;
    out.byte(known);
  }
  for (const figure of figures) if (figure !== undefined) out.number(Math.round(figure));
}

function readFigures(from: ByteReader): Figures {
  const length = from.count(most.figures);
  const known = Array.from({ length: Math.ceil(length / 8) }, () => from.byte());
  return Array.from({ length }, (_, n) => ((known[n >> 3]! >> (n & 7)) & 1 ? from.number() : undefined));
}

/** Cells name their instance by its place in a list of those that occur. */
function writeSample(out: ByteWriter, sample: InstrumentationSample): void {
  out.uuid(sample.id);
  out.byte(states.indexOf(sample.state) | (sample.isTruncated ? 0x80 : 0));
  out.text(sample.reason.slice(0, 160));
  const vms = [...new Set(sample.cells.flatMap(({ vm }) => vm ?? []))];
  const placeOf = new Map(vms.map((vm, n) => [vm, n + 1]));
  out.number(vms.length);
  for (const vm of vms) out.uuid(vm);
  out.number(sample.cells.length);
  for (const { vm, key, count, distribution } of sample.cells) {
    out.number(vm === undefined ? 0 : placeOf.get(vm)!);
    out.text(key);
    out.number(count);
    out.number(distribution ? distribution.length + 1 : 0);
    let before = 0;
    for (const [bucket, times] of distribution ?? []) {
      out.number(bucket - before);
      out.number(times);
      before = bucket;
    }
  }
}

function readSample(from: ByteReader): InstrumentationSample {
  const id = from.uuid() as InstrumentationId;
  const flags = from.byte();
  const state = states[flags & 0x7f];
  if (state === undefined) throw new RangeError('an unknown state of an instrumentation');
  const reason = from.text(most.text);
  const vms = many(from, most.instances, () => from.uuid() as VmId);
  const cells = many(from, most.cells, (): FrameCell => {
    const place = from.count(vms.length);
    const vm = place === 0 ? undefined : vms[place - 1];
    const [key, count, buckets] = [from.text(most.text), from.number(), from.count(lastBucket + 2)];
    if (buckets === 0) return { vm, key, count };
    let bucket = 0;
    const distribution = Array.from({ length: buckets - 1 }, () => [(bucket += from.count(lastBucket)), from.number()] as const);
    if (bucket > lastBucket) throw new RangeError('a bucket beyond the last');
    return { vm, key, count, distribution };
  });
  return { id, state, reason, isTruncated: (flags & 0x80) !== 0, cells };
}

function many<T>(from: ByteReader, limit: number, one: () => T): T[] {
  return Array.from({ length: from.count(limit) }, one);
}
