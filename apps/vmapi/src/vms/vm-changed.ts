import type { VmSubResource } from '@nereid/contracts';
import { stateShownSql } from './vm-row';

/** What decides the state shown, besides the silent servers. */
const ofState = ['ended', 'job_workflow', 'server', 'seen_state'];
const columns: Partial<Record<VmSubResource, readonly string[]>> = {
  alias: ['alias'],
  customer_metadata: ['customer_metadata'],
  nics: ['nics'],
  server_uuid: ['server'],
  tags: ['tags'],
  state: ofState,
  destroyed: ['ended'],
};

/** The columns that {@link changedSql} compares, of the table or alias given. */
export function comparedColumns(table: string, what: readonly VmSubResource[]): string {
  const names = new Set(what.flatMap((one) => columns[one] ?? []));
  return [...names].map((name) => `${table}.${name}`).join(', ');
}

/**
 * Those of `what` that differ between the row as it was and as it is, as a jsonb array: `changed` of the feed's entries. Both are aliases
 * with the columns of {@link comparedColumns}.
 */
export function changedSql(
  before: string,
  after: string,
  what: readonly VmSubResource[],
  orWhen: Partial<Record<VmSubResource, string>> = {},
): string {
  const named = what.map((one) => `CASE WHEN ${[differs(one, before, after), orWhen[one]].filter(Boolean).join(' OR ')} THEN '${one}' END`);
  return `to_jsonb(array_remove(ARRAY[${named.join(', ')}]::text[], NULL))`;
}

function differs(what: VmSubResource, before: string, after: string): string {
  if (what === 'state') return `${stateShownSql(before, "'{}'")} <> ${stateShownSql(after, "'{}'")}`;
  if (what === 'destroyed') return `(${after}.ended = 'destroyed' AND ${before}.ended IS DISTINCT FROM 'destroyed')`;
  const [column] = columns[what]!;
  return `${before}.${column} IS DISTINCT FROM ${after}.${column}`;
}
