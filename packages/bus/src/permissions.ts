import {
  feedSubject,
  fromNodeSubject,
  nodeReportSubject,
  nodeRpcSubject,
  readFeed,
  toNodeSubject,
  type FeedOwner,
  type Hint,
  type NodeFrames,
  type NodeReport,
  type NodeRpc,
  type NodeStream,
  type Rpc,
} from '@nereid/contracts';

/** What one service does on the bus. Its credentials and the service map are made from this, so a forgotten line is a refused call. */
export interface BusUse {
  readonly serves?: readonly Rpc[];
  readonly calls?: readonly Rpc[];
  readonly callsNodes?: readonly NodeRpc[];
  readonly hears?: readonly (NodeReport | NodeFrames)[];
  readonly hints?: readonly Hint[];
  readonly hearsHints?: readonly Hint[];
  /** Channels of bytes that it opens with nodes. */
  readonly streams?: readonly NodeStream[];
  /** Feeds that it publishes; serving `feed.read` comes with it. */
  readonly feeds?: readonly FeedOwner[];
  /** Feeds that it follows; calling `feed.read` comes with it. */
  readonly follows?: readonly FeedOwner[];
}

/** Subjects a connection may use; wildcards as NATS has them. Answering a request is allowed besides. */
export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** The least that lets the service `name` do what it says it does. */
export function permissionsOf(name: string, use: BusUse): BusPermissions {
  const publish = [
    ...(use.calls ?? []).map((rpc) => rpc.subject),
    ...(use.callsNodes ?? []).map((rpc) => nodeRpcSubject(rpc, '*')),
    ...(use.streams ?? []).map((stream) => toNodeSubject(stream, '*', '*')),
    ...(use.hints ?? []).map((hint) => hint.subject),
    ...(use.feeds ?? []).map(feedSubject),
    ...(use.follows ?? []).map((owner) => readFeed[owner].subject),
  ];
  const subscribe = [
    `_INBOX.svc.${name}.>`,
    ...(use.serves ?? []).map((rpc) => rpc.subject),
    ...(use.hears ?? []).map((report) => nodeReportSubject(report, '*')),
    ...(use.streams ?? []).map((stream) => fromNodeSubject(stream, '*', '*')),
    ...(use.hearsHints ?? []).map((hint) => hint.subject),
    ...(use.feeds ?? []).map((owner) => readFeed[owner].subject),
    ...(use.follows ?? []).map(feedSubject),
  ];
  return { publish: sorted(publish), subscribe: sorted(subscribe) };
}

function sorted(subjects: string[]): string[] {
  return [...new Set(subjects)].sort();
}
