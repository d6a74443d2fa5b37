-- NIC tags, networks, addresses and NICs. What must never happen is refused here, not only in code: two networks that overlap in one
-- routing domain, an address with two NICs, an instance with two primary NICs, a reservation that got less than it asked for.

CREATE TABLE napi.nic_tag (
  name       text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9_]{1,31}$'),
  -- Stands for the tag where a number is needed; see network.routing_domain.
  number     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  mtu        integer NOT NULL DEFAULT 1500 CHECK (mtu BETWEEN 1500 AND 9000),
  version    bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE napi.network (
  id              uuid PRIMARY KEY,
  name            text NOT NULL UNIQUE CHECK (name <> '' AND length(name) <= 64),
  description     text NOT NULL DEFAULT '' CHECK (length(description) <= 64),
  nic_tag         text NOT NULL REFERENCES napi.nic_tag (name) ON DELETE RESTRICT ON UPDATE CASCADE,
  vlan_id         integer NOT NULL CHECK (vlan_id BETWEEN 0 AND 4094),
  -- Where subnets must not overlap: tag and VLAN as one number (nic_tag.number × 4096 + vlan_id).
  routing_domain  bigint NOT NULL,
  subnet          cidr NOT NULL CHECK (family(subnet) = 4 AND masklen(subnet) BETWEEN 8 AND 32),
  provision_start inet NOT NULL,
  provision_end   inet NOT NULL,
  gateway         inet,
  resolvers       inet[] NOT NULL DEFAULT '{}',
  routes          jsonb NOT NULL DEFAULT '{}',
  mtu             integer NOT NULL DEFAULT 1500 CHECK (mtu BETWEEN 576 AND 9000),
  -- Empty: anyone may use it.
  owner_uuids     uuid[] NOT NULL DEFAULT '{}',
  is_public       boolean NOT NULL DEFAULT false,
  -- Rows of `address` exist from provision_start up to here; the allocator writes the next ones when it runs out.
  laid_out_to     inet,
  version         bigint NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT network_range_in_subnet CHECK (
    provision_start <<= subnet AND provision_end <<= subnet AND provision_start <= provision_end
    AND masklen(provision_start) = 32 AND masklen(provision_end) = 32),
  CONSTRAINT network_gateway_in_subnet CHECK (gateway IS NULL OR gateway <<= subnet),
  -- Ranges and inet_ops are built in; a plain `=` here would need the btree_gist extension.
  CONSTRAINT network_no_overlap EXCLUDE USING gist (int8range(routing_domain, routing_domain, '[]') WITH &&, subnet inet_ops WITH &&)
);

CREATE TABLE napi.address (
  network_id  uuid NOT NULL REFERENCES napi.network (id) ON DELETE CASCADE,
  address     inet NOT NULL,
  -- reserved: never chosen by the allocator, but may be named. other: gateway, resolver, broadcast; never given to an instance.
  state       text NOT NULL CHECK (state IN ('free', 'reserved', 'assigned', 'other')),
  mac         macaddr,
  vm          uuid,
  owner       uuid,
  -- An operator's reservation outlives the instance that uses the address.
  is_reserved boolean NOT NULL DEFAULT false,
  released_at timestamptz,
  PRIMARY KEY (network_id, address),
  CONSTRAINT address_assigned_to_a_nic CHECK ((state = 'assigned') = (mac IS NOT NULL AND vm IS NOT NULL))
);
-- Never used first and lowest first, then least recently released: an address rests as long as its network allows.
CREATE INDEX address_free ON napi.address (network_id, released_at NULLS FIRST, address) WHERE state = 'free';
CREATE INDEX address_vm ON napi.address (vm) WHERE vm IS NOT NULL;

-- One row a reserve call; the key is `<run>/<step>`. `released` rows stay as tombstones: a reserve that arrives after its release is refused.
CREATE TABLE napi.reservation (
  key         text PRIMARY KEY,
  vm          uuid,
  state       text NOT NULL CHECK (state IN ('held', 'released')),
  wanted      integer NOT NULL DEFAULT 0,
  got         integer NOT NULL DEFAULT 0,
  created_at  timestamptz NOT NULL DEFAULT now(),
  released_at timestamptz,
  -- Inserted last by the one statement that takes addresses and makes NICs: too few, and the whole statement is undone.
  CONSTRAINT reservation_is_whole CHECK (wanted = got)
);
CREATE INDEX reservation_vm ON napi.reservation (vm) WHERE state = 'held';
CREATE INDEX reservation_released ON napi.reservation (released_at) WHERE state = 'released';

CREATE TABLE napi.nic (
  mac             macaddr PRIMARY KEY,
  vm              uuid NOT NULL,
  slot            integer NOT NULL CHECK (slot BETWEEN 0 AND 31),
  owner           uuid NOT NULL,
  network_id      uuid NOT NULL REFERENCES napi.network (id) ON DELETE RESTRICT,
  address         inet NOT NULL,
  is_primary      boolean NOT NULL,
  reservation_key text NOT NULL,
  allow_ip_spoofing  boolean NOT NULL DEFAULT false,
  allow_mac_spoofing boolean NOT NULL DEFAULT false,
  version         bigint NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT nic_address UNIQUE (network_id, address),
  CONSTRAINT nic_slot UNIQUE (vm, slot),
  FOREIGN KEY (network_id, address) REFERENCES napi.address (network_id, address)
);
CREATE UNIQUE INDEX nic_one_primary ON napi.nic (vm) WHERE is_primary;
CREATE INDEX nic_reservation ON napi.nic (reservation_key);
