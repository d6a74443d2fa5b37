-- vmapi: packages, instances with their wanted and seen halves, usage counters, reports of servers.
-- Rules that must hold whatever the code does are constraints here; the code's checks exist for good messages.

CREATE TABLE vmapi.package (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name ~ '^[a-zA-Z0-9]([._-]?[a-zA-Z0-9])+$'),
  package_version text NOT NULL CHECK (length(package_version) BETWEEN 1 AND 64),
  active boolean NOT NULL DEFAULT true,
  -- Accounts that may see and use it; empty: all.
  owners uuid[] NOT NULL DEFAULT '{}',
  brand text CHECK (brand IN ('bhyve', 'joyent', 'joyent-minimal', 'kvm', 'lx')),
  memory_mib integer NOT NULL CHECK (memory_mib >= 16),
  swap_mib integer NOT NULL,
  quota_gib integer NOT NULL CHECK (quota_gib >= 1),
  -- 0: no cap.
  cpu_cap_percent integer NOT NULL CHECK (cpu_cap_percent >= 0),
  cpu_shares integer NOT NULL CHECK (cpu_shares BETWEEN 1 AND 65535),
  vcpus integer CHECK (vcpus BETWEEN 1 AND 64),
  max_processes integer NOT NULL CHECK (max_processes >= 16),
  io_priority integer NOT NULL CHECK (io_priority BETWEEN 0 AND 16383),
  networks uuid[] NOT NULL DEFAULT '{}',
  family text,
  description text,
  is_default boolean NOT NULL DEFAULT false,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT package_name_version UNIQUE (name, package_version),
  CONSTRAINT package_swap_covers_memory CHECK (swap_mib >= memory_mib),
  CONSTRAINT package_machine_has_vcpus CHECK (brand IS NULL OR brand NOT IN ('bhyve', 'kvm') OR vcpus IS NOT NULL)
);

-- What an instance was sold as never changes under it: sizes and identity are written once.
CREATE FUNCTION vmapi.package_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.name, OLD.package_version, OLD.brand, OLD.memory_mib, OLD.swap_mib, OLD.quota_gib, OLD.cpu_cap_percent, OLD.cpu_shares, OLD.vcpus, OLD.max_processes, OLD.io_priority, OLD.created_at)
     IS DISTINCT FROM
     (NEW.id, NEW.name, NEW.package_version, NEW.brand, NEW.memory_mib, NEW.swap_mib, NEW.quota_gib, NEW.cpu_cap_percent, NEW.cpu_shares, NEW.vcpus, NEW.max_processes, NEW.io_priority, NEW.created_at)
  THEN
    RAISE EXCEPTION 'the sizes and name of a package never change' USING ERRCODE = 'check_violation', CONSTRAINT = 'package_is_immutable';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER package_is_immutable BEFORE UPDATE ON vmapi.package FOR EACH ROW EXECUTE FUNCTION vmapi.package_is_immutable();

-- One row an account: what its living instances use, and how much they may. NULL: no limit.
CREATE TABLE vmapi.account_usage (
  account uuid PRIMARY KEY,
  instances integer NOT NULL DEFAULT 0 CHECK (instances >= 0),
  memory_mib bigint NOT NULL DEFAULT 0 CHECK (memory_mib >= 0),
  quota_gib bigint NOT NULL DEFAULT 0 CHECK (quota_gib >= 0),
  max_instances integer CHECK (max_instances >= 0),
  max_memory_mib bigint CHECK (max_memory_mib >= 0),
  max_quota_gib bigint CHECK (max_quota_gib >= 0)
);

-- A trigger and not a CHECK: a limit may be lowered below what is in use, and use may then only fall.
CREATE FUNCTION vmapi.usage_within_limits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.instances > NEW.max_instances AND (TG_OP = 'INSERT' OR NEW.instances > OLD.instances) THEN
    RAISE EXCEPTION 'instances: % of %', NEW.instances, NEW.max_instances USING ERRCODE = 'check_violation', CONSTRAINT = 'usage_instances';
  END IF;
  IF NEW.memory_mib > NEW.max_memory_mib AND (TG_OP = 'INSERT' OR NEW.memory_mib > OLD.memory_mib) THEN
    RAISE EXCEPTION 'memory: % of % MiB', NEW.memory_mib, NEW.max_memory_mib USING ERRCODE = 'check_violation', CONSTRAINT = 'usage_memory';
  END IF;
  IF NEW.quota_gib > NEW.max_quota_gib AND (TG_OP = 'INSERT' OR NEW.quota_gib > OLD.quota_gib) THEN
    RAISE EXCEPTION 'disk: % of % GiB', NEW.quota_gib, NEW.max_quota_gib USING ERRCODE = 'check_violation', CONSTRAINT = 'usage_disk';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER usage_within_limits BEFORE INSERT OR UPDATE ON vmapi.account_usage FOR EACH ROW EXECUTE FUNCTION vmapi.usage_within_limits();

CREATE TABLE vmapi.vm (
  id uuid PRIMARY KEY,
  owner uuid NOT NULL,
  -- Wanted: written by requests, never by reports.
  alias text NOT NULL CHECK (alias ~ '^[a-zA-Z0-9][a-zA-Z0-9_.-]*$' AND length(alias) <= 189),
  brand text NOT NULL CHECK (brand IN ('bhyve', 'joyent', 'joyent-minimal', 'kvm', 'lx')),
  package_id uuid NOT NULL REFERENCES vmapi.package (id) ON DELETE RESTRICT,
  package_name text NOT NULL,
  memory_mib integer NOT NULL CHECK (memory_mib > 0),
  swap_mib integer NOT NULL CHECK (swap_mib >= memory_mib),
  quota_gib integer NOT NULL CHECK (quota_gib > 0),
  cpu_cap_percent integer NOT NULL CHECK (cpu_cap_percent >= 0),
  cpu_shares integer NOT NULL CHECK (cpu_shares > 0),
  vcpus integer CHECK (vcpus > 0),
  max_processes integer NOT NULL CHECK (max_processes > 0),
  io_priority integer NOT NULL CHECK (io_priority >= 0),
  -- The image's reference as the node needs it: {id, name, version, os, type}. Kept, because an image may be deleted before its instances.
  image_id uuid NOT NULL,
  image jsonb NOT NULL CHECK (jsonb_typeof(image) = 'object'),
  -- As asked: [{network, ip?, primary?}]. What came of it is `nics`.
  networks jsonb NOT NULL CHECK (jsonb_typeof(networks) = 'array'),
  -- What its networks ask of a server; placement filters by it.
  nic_tags text[] NOT NULL DEFAULT '{}',
  -- This server and no other, when an operator said so.
  server_wanted uuid,
  customer_metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(customer_metadata) = 'object'),
  internal_metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(internal_metadata) = 'object'),
  tags jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object'),
  locality jsonb CHECK (jsonb_typeof(locality) = 'object'),
  firewall_enabled boolean NOT NULL DEFAULT false,
  deletion_protection boolean NOT NULL DEFAULT false,
  power_wanted text NOT NULL DEFAULT 'running' CHECK (power_wanted IN ('running', 'stopped', 'gone')),
  -- A job takes two: one for its steps, the next for their undo. A change without a job takes one.
  generation bigint NOT NULL CHECK (generation > 0),
  -- The generation at which metadata, tags, names or limits last changed, and the one up to which the node has confirmed them.
  spec_generation bigint NOT NULL DEFAULT 1,
  told_generation bigint NOT NULL DEFAULT 0,
  -- The job that runs on it or waits to: what the state shown depends on. Kept in step with vmapi.job by the statements that start and end jobs.
  job uuid,
  job_workflow text,
  -- What its jobs settled: where it is, and its interfaces as napi gave them.
  server uuid,
  nics jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(nics) = 'array'),
  -- How it ended. 'failed': its creation was undone and nothing is left of it but this row.
  ended text CHECK (ended IN ('destroyed', 'failed')),
  ended_at timestamptz,
  failure jsonb CHECK (jsonb_typeof(failure) = 'object'),
  -- Seen: written by node reports and task results, accepted by (boot, seq).
  seen_state text CHECK (seen_state IN ('provisioning', 'running', 'stopping', 'stopped', 'failed', 'absent', 'unknown')),
  seen_boot bigint,
  seen_seq bigint,
  -- As the node says: a view of the same boot with a lower one is older than what a task's result said.
  seen_generation bigint NOT NULL DEFAULT 0,
  seen_at timestamptz,
  seen_facts jsonb,
  -- The node's own pool; absence is believed from this pool only.
  pool_id text,
  -- Complete reports in a row in which it was not as wanted; the reconciler acts from two on.
  deviations smallint NOT NULL DEFAULT 0 CHECK (deviations >= 0),
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT vm_end_has_time CHECK ((ended IS NULL) = (ended_at IS NULL)),
  CONSTRAINT vm_destroyed_was_asked CHECK (ended IS DISTINCT FROM 'destroyed' OR power_wanted = 'gone'),
  CONSTRAINT vm_job_whole CHECK ((job IS NULL) = (job_workflow IS NULL)),
  CONSTRAINT vm_seen_whole CHECK ((seen_boot IS NULL) = (seen_seq IS NULL)),
  CONSTRAINT vm_ended_keeps_no_nics CHECK (ended IS DISTINCT FROM 'failed' OR nics = '[]'::jsonb)
);

CREATE UNIQUE INDEX vm_alias ON vmapi.vm (owner, alias) WHERE ended IS NULL;
-- The customer's list, oldest first, and the operator's; the keyset is (created_at, id).
CREATE INDEX vm_owner_created ON vmapi.vm (owner, created_at, id) WHERE ended IS NULL;
CREATE INDEX vm_created ON vmapi.vm (created_at, id) WHERE ended IS NULL;
CREATE INDEX vm_owner_ended ON vmapi.vm (owner, created_at, id) WHERE ended IS NOT NULL;
CREATE INDEX vm_ended ON vmapi.vm (ended_at) WHERE ended IS NOT NULL;
CREATE INDEX vm_server ON vmapi.vm (server, id) WHERE server IS NOT NULL AND ended IS NULL;
CREATE INDEX vm_tags ON vmapi.vm USING gin (tags jsonb_path_ops) WHERE ended IS NULL;
CREATE INDEX vm_unpushed ON vmapi.vm (updated_at) WHERE spec_generation > told_generation AND server IS NOT NULL AND job IS NULL AND ended IS NULL;
CREATE INDEX vm_deviating ON vmapi.vm (id) WHERE deviations >= 2;
CREATE INDEX vm_package ON vmapi.vm (package_id);

-- Two ends of one job are impossible.
CREATE UNIQUE INDEX audit_job_end ON vmapi.audit (job) WHERE outcome <> 'accepted' AND job IS NOT NULL;

-- Newest reports of each server. A digest is compared with `seq`; nothing older than the last complete report is believed.
CREATE TABLE vmapi.server_report (
  server uuid PRIMARY KEY,
  boot bigint NOT NULL,
  seq bigint NOT NULL,
  complete_boot bigint NOT NULL DEFAULT 0,
  complete_seq bigint NOT NULL DEFAULT 0,
  complete_at timestamptz,
  -- A report between two that came is missing; a digest then asks for a complete one.
  gap boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT now()
);
