import type { BusUse } from '@nereid/bus';

/** An app as the map sees it. */
export interface MappedApp {
  readonly name: string;
  readonly bus?: BusUse;
}

/**
 * Who calls whom, from what each app declares that it serves and calls: one block a caller, one line a callee. Committed and compared by a
 * test, so that a new edge, above all a cycle, is seen by whoever reads the change.
 * @throws Error a call is served by no app, or a served call is another owner's
 */
export function serviceMap(apps: readonly MappedApp[]): string {
  const servedBy = new Map<string, string>();
  for (const app of apps)
    for (const rpc of app.bus?.serves ?? []) {
      if (rpc.owner !== app.name) throw new Error(`${app.name} serves ${rpc.subject}, which is ${rpc.owner}'s`);
      servedBy.set(rpc.subject, app.name);
    }
  const sorted = [...apps].sort((a, b) => a.name.localeCompare(b.name));
  return `${sorted.map((app) => blockOf(app, servedBy)).join('\n\n')}\n`;
}

function blockOf({ name, bus = {} }: MappedApp, servedBy: ReadonlyMap<string, string>): string {
  const calls = new Map<string, string[]>();
  for (const rpc of bus.calls ?? []) {
    const callee = servedBy.get(rpc.subject);
    if (callee === undefined) throw new Error(`${name} calls ${rpc.subject}, which no app serves`);
    calls.set(callee, [...(calls.get(callee) ?? []), rpc.subject.split('.').slice(2).join('.')]);
  }
  const line = (label: string, things: readonly string[]): string[] =>
    things.length === 0 ? [] : [`  ${label}: ${[...things].sort().join(', ')}`];
  return [
    name,
    ...[...calls.keys()].sort().flatMap((callee) => line(`calls ${callee}`, calls.get(callee)!)),
    ...line(
      'asks nodes',
      (bus.callsNodes ?? []).map((rpc) => rpc.verb),
    ),
    ...line(
      'streams with nodes',
      (bus.streams ?? []).map((stream) => stream.name),
    ),
    ...line(
      'hears nodes',
      (bus.hears ?? []).map((report) => report.what),
    ),
    ...line('publishes', [...(bus.feeds ?? []).map((owner) => `${owner} feed`), ...(bus.hints ?? []).map((hint) => hint.subject)]),
    ...line('follows', [...(bus.follows ?? []).map((owner) => `${owner} feed`), ...(bus.hearsHints ?? []).map((hint) => hint.subject)]),
  ].join('\n');
}
