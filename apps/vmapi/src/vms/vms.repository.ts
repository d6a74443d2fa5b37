import { Inject, Injectable } from '@nestjs/common';
import { type AccountId, ServiceError, type ServerId, type VmFilter, type VmId, type VmState } from '@nereid/contracts';
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

  /** Oldest first, by (created_at, id). `down`: servers that are silent, because the state shown depends on it. */
  async list(listing: VmListing, down: readonly ServerId[]): Promise<VmPage> {
    const { where, params } = whereOf(listing.filter, down);
    const total = listing.withTotal ? await this.count(where, params) : undefined;
    if (listing.limit === 0) return { rows: [], next: undefined, total };
    const paged = [...params];
    const after = listing.after === undefined ? '' : afterSql(listing.after, paged);
    paged.push(listing.limit + 1, listing.offset);
    const rows = await this.db.many<VmRow & { created_us: number }>(
      `SELECT ${vmColumns('vm')}, (extract(epoch FROM vm.created_at) * 1000000)::bigint AS created_us
         FROM vmapi.vm vm WHERE ${where}${after}
        ORDER BY vm.created_at, vm.id LIMIT $${paged.length - 1} OFFSET $${paged.length}`,
      paged,
    );
    const last = rows.length > listing.limit ? rows[listing.limit - 1] : undefined;
    return { rows: rows.slice(0, listing.limit), next: last && `${last.created_us}.${last.id}`, total };
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

function afterSql(cursor: string, params: unknown[]): string {
  const [micros, id] = [cursor.slice(0, cursor.indexOf('.')), cursor.slice(cursor.indexOf('.') + 1)];
  if (!/^\d{1,17}$/.test(micros) || !/^[0-9a-f-]{36}$/.test(id))
    throw new ServiceError('InvalidArgument', 'after: not the `next` of a page');
  params.push(Number(micros), id);
  return ` AND (vm.created_at, vm.id) > ('epoch'::timestamptz + $${params.length - 1}::bigint * interval '1 microsecond', $${params.length}::uuid)`;
}
