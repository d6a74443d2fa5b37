import type { FeedEntry, FeedOwner, adminapi } from '@nereid/contracts';

/** A change with its JSON, which is made once however many clients it goes to. */
export interface ToldChange {
  readonly change: adminapi.Change;
  readonly text: string;
}

export function told(change: adminapi.Change): ToldChange {
  return { change, text: JSON.stringify(change) };
}

const resources = ['vm', 'job', 'package', 'server', 'network', 'image', 'account', 'operator'] as const;

/** An entry of an owner's feed as clients see it; undefined for what operators are shown nothing of. */
export function toChange(owner: FeedOwner, entry: FeedEntry): adminapi.Change | undefined {
  const [name, event = 'changed'] = entry.subject.split('.');
  const resource = resources.find((each) => each === name);
  if (!resource) return undefined;
  const state = (entry.body as { state?: unknown } | null)?.state;
  return {
    owner,
    seq: entry.seq,
    resource,
    event,
    uuid: entry.resourceId,
    version: entry.version,
    ...(typeof state === 'string' && { state }),
    at: entry.at,
  };
}
