import { Inject, Injectable } from '@nestjs/common';
import {
  type AccountId,
  ServiceError,
  type ServerId,
  Uuid,
  type VmFilter,
  type VmId,
  type VmSortKey,
  type VmState,
} from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { stateShownSql, vmColumns, type VmRow } from './vm-row';

/** Destroyed instances are answered for so long; then they are unknown. */
const remembered = "interval '7 days'";
const known = `(vm.ended IS DISTINCT FROM 'destroyed' OR vm.ended_at > now() - ${remembered})`;

export interface VmPage {
  readonly rows: VmRow[];
  readonly next: string | undefined;
  readonly total: number | undefined;
}

export interface VmListing {
  readonly filter: VmFilter;
  readonly limit: number;
  readonly after?: string | undefined;
  readonly offset: number;
  readonly withTotal: boolean;
  readonly sort: { readonly by: VmSortKey; readonly descending: boolean };
}

/** Reads of instances. What a customer may see is decided by `owner` in each statement. */
@Injectable()
export class VmsRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** One instance, also one destroyed within seven days. @throws ResourceNotFound */
  async get(id: VmId, owner: AccountId | undefined): Promise<VmRow> {
    const row = await this.db.maybe<VmRow>(
      `SELECT ${vmColumns('vm')} FROM vmapi.vm vm WHERE vm.id = $1 AND ($2::uuid IS NULL OR vm.owner = $2) AND ${known}`,
      [id, owner ?? null],
    );
    if (!row) throw new ServiceError('ResourceNotFound', `instance ${id} not found`);
    return row;
  }

  /** In the order of `sort`, then by id. `down`: servers that are silent, because the state shown depends on it. */
  async list(listing: VmListing, down: readonly ServerId[]): Promise<VmPage> {
    const { where, params } = whereOf(listing.filter, down);
    const total = listing.withTotal ? await this.count(where, params) : undefined;
    if (listing.limit === 0) return { rows: [], next: undefined, total };
    const paged = [...params];
    const { by, descending } = listing.sort;
    const key = sortKeys[by];
    const after = listing.after === undefined ? '' : afterSql(listing.after, by, descending, paged);
    const order = descending ? ' DESC' : '';
    paged.push(listing.limit + 1, listing.offset);
    const rows = await this.db.many<VmRow & { sort_value: string }>(
      `SELECT ${vmColumns('vm')}, ${key.asText} AS sort_value
         FROM vmapi.vm vm WHERE ${where}${after}
        ORDER BY ${key.column}${order}, vm.id${order} LIMIT $${paged.length - 1} OFFSET $${paged.length}`,
      paged,
    );
    const last = rows.length > listing.limit ? rows[listing.limit - 1] : undefined;
    return { rows: rows.slice(0, listing.limit), next: last && `${last.sort_value}.${last.id}`, total };
  }

  /** How many there are in each state; destroyed ones are not counted. */
  async countByState(down: readonly ServerId[]): Promise<Partial<Record<VmState, number>>> {
    const rows = await this.db.many<{ state: VmState; count: number }>(
      `SELECT ${stateShownSql('vm', '$1')} AS state, count(*)::int AS count FROM vmapi.vm vm WHERE vm.ended IS DISTINCT FROM 'destroyed' GROUP BY 1`,
      [down],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  private count(where: string, params: readonly unknown[]): Promise<number> {
    return this.db.one(`SELECT count(*)::int AS count FROM vmapi.vm vm WHERE ${where}`, params, (row) => row.count as number);
  }
}

/** The condition of a list. Only what is asked for stands in it, so that each kind of list has a plan that fits. */
function whereOf(filter: VmFilter, down: readonly ServerId[]): { where: string; params: unknown[] } {
  const params: unknown[] = [];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const parts = [endedSql(filter.states)];
  if (filter.owner) parts.push(`vm.owner = ${add(filter.owner)}`);
  if (filter.ids) parts.push(`vm.id = ANY (${add(filter.ids)}::uuid[])`);
  if (filter.alias !== undefined) parts.push(`vm.alias = ${add(filter.alias)}`);
  if (filter.search !== undefined) parts.push(searchSql(filter.search, add));
  if (filter.brands) parts.push(`vm.brand = ANY (${add(filter.brands)}::text[])`);
  if (filter.image) parts.push(`vm.image_id = ${add(filter.image)}`);
  if (filter.server) parts.push(`vm.server = ${add(filter.server)}`);
  if (filter.memoryMiB !== undefined) parts.push(`vm.memory_mib = ${add(filter.memoryMiB)}`);
  if (filter.tagged) parts.push(`vm.tags <> '{}'::jsonb`);
  for (const [key, value] of Object.entries(filter.tags ?? {})) parts.push(tagSql(key, value, add));
  if (filter.states) parts.push(`(${stateShownSql('vm', add(down))}) = ANY (${add(filter.states)}::text[])`);
  return { where: parts.join(' AND '), params };
}

/** Says what the partial indexes say, so that the lists of the living never wade through the dead. */
function endedSql(states: readonly VmState[] | undefined): string {
  const living = `vm.ended IS NULL AND vm.seen_state IS DISTINCT FROM 'failed'`;
  if (!states) return living;
  // A failed instance that is being destroyed shows as stopping, so that state looks at both kinds.
  const touchesEnded = states.some((state) => state === 'destroyed' || state === 'failed' || state === 'stopping');
  if (!touchesEnded) return 'vm.ended IS NULL';
  return states.every((state) => state === 'destroyed') ? `vm.ended IS NOT NULL AND ${known}` : known;
}

/** `tag.x=true` means the boolean as well as the word, and so for numbers: a query string has no types. */
function tagSql(key: string, value: string, add: (value: unknown) => string): string {
  if (value === '*') return `vm.tags ? ${add(key)}`;
  const forms: unknown[] = [value];
  if (value === 'true' || value === 'false') forms.push(value === 'true');
  if (value.trim() !== '' && Number.isFinite(Number(value))) forms.push(Number(value));
  return `(${forms.map((form) => `vm.tags @> ${add(JSON.stringify({ [key]: form }))}::jsonb`).join(' OR ')})`;
}

/** Part of an alias, in any case; and the beginning of an id or an address where it can be one. */
function searchSql(text: string, add: (value: unknown) => string): string {
  const literal = text.replace(/[\\%_]/g, '\\$&');
  const forms = [`vm.alias ILIKE ${add(`%${literal}%`)}`];
  if (/^[0-9a-f-]{2,36}$/i.test(text)) forms.push(`vm.id::text LIKE ${add(`${text.toLowerCase()}%`)}`);
  if (/^\d{1,3}\.[\d.]*$/.test(text)) forms.push(`vm.nics::text LIKE ${add(`%"ip": "${text}%`)}`);
  return `(${forms.join(' OR ')})`;
}

const micros = (column: string): string => `((extract(epoch FROM ${column}) * 1000000)::bigint)::text`;
const instant = (p: string): string => `('epoch'::timestamptz + ${p}::bigint * interval '1 microsecond')`;

/** How each key is sorted by, written into a cursor and read back from it. */
const sortKeys: Readonly<Record<VmSortKey, { column: string; asText: string; shape: RegExp; value: (p: string) => string }>> = {
  createdAt: { column: 'vm.created_at', asText: micros('vm.created_at'), shape: /^\d{1,17}$/, value: instant },
  updatedAt: { column: 'vm.updated_at', asText: micros('vm.updated_at'), shape: /^\d{1,17}$/, value: instant },
  memoryMiB: { column: 'vm.memory_mib', asText: 'vm.memory_mib::text', shape: /^\d{1,9}$/, value: (p) => `${p}::int` },
  alias: { column: 'vm.alias', asText: 'vm.alias', shape: /^.{1,189}$/, value: (p) => `${p}::text` },
};

function afterSql(cursor: string, by: VmSortKey, descending: boolean, params: unknown[]): string {
  const dot = cursor.lastIndexOf('.');
  const [value, id] = [cursor.slice(0, dot), cursor.slice(dot + 1)];
  const key = sortKeys[by];
  if (!key.shape.test(value) || !Uuid.safeParse(id).success) throw new ServiceError('InvalidArgument', 'after: not the `next` of a page');
  params.push(value, id);
  return ` AND (${key.column}, vm.id) ${descending ? '<' : '>'} (${key.value(`$${params.length - 1}`)}, $${params.length}::uuid)`;
}
