import type { Image, Job, Network, Server, Vm, adminapi } from '@nereid/contracts';

type Item = adminapi.AttentionItem;

export function serverItem({ id, hostname, state, lastSeenAt, reservedFor }: Server): Item {
  const isDown = state === 'down';
  return {
    kind: isDown ? 'server-down' : 'server-suspect',
    severity: isDown ? 'critical' : 'warning',
    resource: 'server',
    uuid: id,
    name: hostname,
    message: isDown ? `Silent; ${reservedFor.instances} instances stand there.` : 'Silent for some seconds; nothing is placed there.',
    since: lastSeenAt,
  };
}

export function fullServer({ id, hostname }: Pick<Server, 'id' | 'hostname'>): Item {
  const message = 'Less than a twentieth of its memory is left to promise.';
  return { kind: 'server-full', severity: 'warning', resource: 'server', uuid: id, name: hostname, message };
}

export function jobItem(job: Job): Item {
  const isStuck = job.state === 'stuck';
  const why = job.error ? `: ${job.error.message}` : '.';
  return {
    kind: isStuck ? 'job-stuck' : 'job-failed',
    severity: isStuck ? 'critical' : 'warning',
    resource: 'job',
    uuid: job.id,
    name: job.workflow,
    message: isStuck ? `Cannot undo what it began${why}` : `Failed${why}`,
    since: job.finishedAt ?? job.startedAt ?? job.createdAt,
  };
}

export function vmItem({ id, alias, state, failure, updatedAt }: Vm): Item {
  const isFailed = state === 'failed';
  return {
    kind: isFailed ? 'vm-failed' : 'vm-unknown',
    severity: 'warning',
    resource: 'vm',
    uuid: id,
    name: alias,
    message: isFailed ? (failure?.message ?? 'It did not come to be.') : 'Its server does not say how it is.',
    since: updatedAt,
  };
}

export function fullNetwork({ id, name }: Pick<Network, 'id' | 'name'>): Item {
  return { kind: 'network-full', severity: 'critical', resource: 'network', uuid: id, name, message: 'No address is left to give.' };
}

export function failedImage({ id, name, version, error, createdAt }: Image): Item {
  const message = error?.message ?? 'It could not be made.';
  return { kind: 'image-failed', severity: 'warning', resource: 'image', uuid: id, name: `${name} ${version}`, message, since: createdAt };
}

/** Critical before warning; within those the newest first. */
export function worstFirst(a: Item, b: Item): number {
  if (a.severity !== b.severity) return a.severity === 'critical' ? -1 : 1;
  return (b.since ?? '').localeCompare(a.since ?? '');
}
