import { Injectable } from '@nestjs/common';
import { ServiceError, invalidField, type AccountId, type Caller, type Network, type NetworkId, type NicTag } from '@nereid/contracts';
import { OwnerPool, violates } from '@nereid/database';

import type { NetworkWant } from './network-rules';
import { networkColumns, toNetwork, toNicTag, type NetworkRow, type NicTagRow } from './networks.mapper';

/** NIC tags and networks. */
@Injectable()
export class NetworksRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Makes a NIC tag, or answers the one of that name. */
  async ensureNicTag(name: string, mtu: number, caller: Caller): Promise<NicTag> {
    const made = await this.db.maybe<NicTagRow>(
      `WITH made AS (
         INSERT INTO napi.nic_tag (name, mtu) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING name, mtu, created_at
       ), noted AS (
         INSERT INTO napi.audit (caller, action, resource, resource_id, outcome) SELECT $3, 'nic-tag.create', 'nic-tag', name, 'succeeded' FROM made
       )
       SELECT name, mtu, created_at FROM made`,
      [name, mtu, JSON.stringify(caller)],
    );
    return toNicTag(made ?? (await this.db.one<NicTagRow>('SELECT name, mtu, created_at FROM napi.nic_tag WHERE name = $1', [name])));
  }

  async listNicTags(): Promise<NicTag[]> {
    return (await this.db.many<NicTagRow>('SELECT name, mtu, created_at FROM napi.nic_tag ORDER BY name', [])).map(toNicTag);
  }

  /**
   * Makes a network together with the addresses of it that no instance may get. Publishes `network.changed`.
   * @throws ValidationFailed the NIC tag does not exist, or allows no frame of that size
   * @throws InUse the name is taken, or the subnet overlaps another's on the same tag and VLAN
   */
  async insert(id: NetworkId, want: NetworkWant, more: { kept: readonly string[]; isPublic: boolean }, caller: Caller): Promise<Network> {
    const row = await this.db
      .maybe<NetworkRow>(insertNetwork, [
        id,
        want.name,
        want.description ?? '',
        want.nicTag,
        want.vlanId,
        want.subnet,
        want.provisionStart,
        want.provisionEnd,
        want.gateway ?? null,
        want.resolvers,
        want.mtu,
        want.owners,
        more.isPublic,
        more.kept,
        JSON.stringify(caller),
      ])
      .catch((error: unknown) => {
        if (violates(error, 'network_name_key')) throw new ServiceError('InUse', `a network named ${want.name} exists already`);
        if (violates(error, 'network_pkey')) throw new ServiceError('InUse', `network ${id} exists already`);
        if (violates(error, 'network_no_overlap')) {
          throw new ServiceError(
            'InUse',
            `subnet ${want.subnet} overlaps that of another network on NIC tag ${want.nicTag}, VLAN ${want.vlanId}`,
          );
        }
        throw error;
      });
    if (!row) throw invalidField('nicTag', `there is no NIC tag ${want.nicTag} that allows an MTU of ${want.mtu}`);
    return toNetwork(row);
  }

  /** One network; with `account`, only if that account may use it. */
  async find(id: NetworkId, account: AccountId | undefined): Promise<Network | undefined> {
    const row = await this.db.maybe<NetworkRow>(
      `SELECT ${networkColumns} FROM napi.network WHERE id = $1 AND ($2::uuid IS NULL OR owner_uuids = '{}' OR $2 = ANY (owner_uuids))`,
      [id, account ?? null],
    );
    return row && toNetwork(row);
  }

  /** Networks by name, narrowed to what `account` may use and to `ids`, where given. */
  async list(account: AccountId | undefined, ids: readonly NetworkId[] | undefined): Promise<Network[]> {
    const rows = await this.db.many<NetworkRow>(
      `SELECT ${networkColumns} FROM napi.network
        WHERE ($1::uuid IS NULL OR owner_uuids = '{}' OR $1 = ANY (owner_uuids)) AND ($2::uuid[] IS NULL OR id = ANY ($2)) ORDER BY name`,
      [account ?? null, ids ?? null],
    );
    return rows.map(toNetwork);
  }

  /**
   * Deletes a network that nothing uses, with its addresses. Answers whether it was there. Publishes `network.deleted`.
   * @throws InUse a NIC stands on it; the foreign key decides, so that a NIC made at the same moment counts
   */
  async delete(id: NetworkId, caller: Caller): Promise<boolean> {
    const gone = await this.db
      .maybe<{ id: string }>(
        `WITH gone AS (DELETE FROM napi.network WHERE id = $1 RETURNING id, version),
          told AS (INSERT INTO napi.outbox (subject, resource_id, version, body)
            SELECT 'network.deleted', id::text, version + 1, jsonb_build_object('id', id) FROM gone),
          noted AS (INSERT INTO napi.audit (caller, action, resource, resource_id, outcome)
            SELECT $2, 'network.delete', 'network', id::text, 'succeeded' FROM gone)
         SELECT id FROM gone`,
        [id, JSON.stringify(caller)],
      )
      .catch((error: unknown) => {
        if (violates(error, 'nic_network_id_fkey')) throw new ServiceError('InUse', 'the network has NICs; delete their instances first');
        throw error;
      });
    return gone !== undefined;
  }
}

const insertNetwork = `
WITH made AS (
  INSERT INTO napi.network (id, name, description, nic_tag, vlan_id, routing_domain, subnet, provision_start, provision_end, gateway,
                            resolvers, mtu, owner_uuids, is_public)
  SELECT $1, $2, $3, t.name, $5::int, t.number * 4096 + $5::int, $6, $7, $8, $9, $10, $11::int, $12, $13
    FROM napi.nic_tag t WHERE t.name = $4 AND t.mtu >= $11::int
  RETURNING *
), kept AS (
  INSERT INTO napi.address (network_id, address, state) SELECT made.id, k, 'other' FROM made, unnest($14::inet[]) k
), told AS (
  INSERT INTO napi.outbox (subject, resource_id, version, body)
  SELECT 'network.changed', id::text, version, jsonb_build_object('id', id, 'name', name) FROM made
), noted AS (
  INSERT INTO napi.audit (caller, action, resource, resource_id, outcome) SELECT $15, 'network.create', 'network', id::text, 'succeeded' FROM made
)
SELECT ${networkColumns} FROM made`;
