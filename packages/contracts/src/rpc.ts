import type { z } from 'zod';
import type { ServerId } from './ids';

/** The services that say each change of theirs in a feed. */
export const feedOwners = ['identity', 'vmapi', 'cnapi', 'napi', 'imgapi'] as const;
export type FeedOwner = (typeof feedOwners)[number];

/** The services that answer calls; also the owners of PostgreSQL schemas. What analytics keeps is measured anew each second: it has no feed. */
export const owners = [...feedOwners, 'analytics'] as const;
export type Owner = (typeof owners)[number];

/** One bus call, written once and used by both ends. Bodies are JSON; replies are `{ok: reply}` or `{error: WireError}`. */
export interface Rpc<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly kind: 'rpc';
  /** `<owner>.v1.<resource>.<verb>`. */
  readonly subject: string;
  readonly owner: Owner;
  readonly request: Request;
  readonly reply: Reply;
  /** How long the caller waits. A time-out says nothing about whether the far side acted. */
  readonly timeoutMs: number;
}

/** Every call made by {@link rpc}, by subject: the service map and the credentials are made from it. */
export const allRpcs = new Map<string, Rpc>();

/** Declares a bus call. */
export function rpc<Request extends z.ZodType, Reply extends z.ZodType>(call: {
  subject: `${Owner}.v1.${string}`;
  request: Request;
  reply: Reply;
  timeoutMs: number;
}): Rpc<Request, Reply> {
  const made: Rpc<Request, Reply> = { kind: 'rpc', owner: call.subject.split('.')[0] as Owner, ...call };
  if (allRpcs.has(call.subject)) throw new Error(`two contracts for ${call.subject}`);
  allRpcs.set(call.subject, made);
  return made;
}

/** A call to one node's agent: subject `agent.v1.<server>.<verb>`. */
export interface NodeRpc<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly kind: 'node-rpc';
  readonly verb: string;
  readonly request: Request;
  readonly reply: Reply;
  readonly timeoutMs: number;
}

/** Declares a call to a node's agent. */
export function nodeRpc<Request extends z.ZodType, Reply extends z.ZodType>(call: {
  verb: string;
  request: Request;
  reply: Reply;
  timeoutMs: number;
}): NodeRpc<Request, Reply> {
  return { kind: 'node-rpc', ...call };
}

export function nodeRpcSubject(call: NodeRpc, server: ServerId | '*'): string {
  return `agent.v1.${server}.${call.verb}`;
}

/** Something a node says: subject `node.v1.<server>.<what>`. With a reply schema the node waits for an acknowledgement. */
export interface NodeReport<Body extends z.ZodType = z.ZodType, Reply extends z.ZodType | undefined = z.ZodType | undefined> {
  readonly kind: 'node-report';
  readonly what: string;
  readonly body: Body;
  readonly reply: Reply;
}

/** Declares a report of a node. */
export function nodeReport<Body extends z.ZodType, Reply extends z.ZodType | undefined = undefined>(report: {
  what: string;
  body: Body;
  reply?: Reply;
}): NodeReport<Body, Reply> {
  return { kind: 'node-report', what: report.what, body: report.body, reply: report.reply as Reply };
}

/** Bytes that a node says, for what comes every second from every server. Subject as of a report; heard by all, kept by nobody. */
export interface NodeFrames<Body = unknown> {
  readonly kind: 'node-frames';
  readonly what: string;
  encode(body: Body): Uint8Array;
  /** @throws RangeError it is not what `encode` makes */
  decode(bytes: Uint8Array): Body;
}

/** Declares frames of a node. */
export function nodeFrame<Body>(frames: Omit<NodeFrames<Body>, 'kind'>): NodeFrames<Body> {
  return { kind: 'node-frames', ...frames };
}

export function nodeReportSubject(report: Pick<NodeReport, 'what'>, server: ServerId | '*'): string {
  return `node.v1.${server}.${report.what}`;
}

/** Fast and unordered word that a resource changed; never relied on for completeness. Subject `<owner>.v1.hint.<resource>`. */
export interface Hint<Body extends z.ZodType = z.ZodType> {
  readonly kind: 'hint';
  readonly subject: string;
  readonly body: Body;
}

/** Declares a hint. */
export function hint<Body extends z.ZodType>(owner: Owner, resource: string, body: Body): Hint<Body> {
  return { kind: 'hint', subject: `${owner}.v1.hint.${resource}`, body };
}
