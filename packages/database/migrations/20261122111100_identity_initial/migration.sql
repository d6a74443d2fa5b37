-- Customers, the SSH keys they sign with, and operators.
CREATE TABLE identity.account (
  id                        uuid PRIMARY KEY,
  login                     text NOT NULL CHECK (login ~ '^[a-zA-Z][a-zA-Z0-9_.@-]{2,31}$'),
  email                     text NOT NULL,
  company_name              text,
  first_name                text,
  last_name                 text,
  address                   text,
  postal_code               text,
  city                      text,
  state                     text,
  country                   text,
  phone                     text,
  cns_enabled               boolean NOT NULL DEFAULT false,
  default_network           uuid,
  approved_for_provisioning boolean NOT NULL DEFAULT true,
  disabled                  boolean NOT NULL DEFAULT false,
  created_at                timestamptz(3) NOT NULL DEFAULT now(),
  updated_at                timestamptz(3) NOT NULL DEFAULT now(),
  -- Rises with every change of the account and of its keys, so that one stream of versions tells a cache all it must know.
  version                   bigint NOT NULL DEFAULT 1
);
-- Two logins that differ in case only would be one person's mistake and another's opportunity.
CREATE UNIQUE INDEX account_login ON identity.account (lower(login));
CREATE UNIQUE INDEX account_email ON identity.account (lower(email));

CREATE TABLE identity.ssh_key (
  account            uuid NOT NULL REFERENCES identity.account (id) ON DELETE CASCADE,
  fingerprint        text NOT NULL,
  sha256_fingerprint text NOT NULL,
  name               text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  type               text NOT NULL CHECK (type IN ('rsa', 'ecdsa', 'ed25519')),
  public_key         text NOT NULL,
  created_at         timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT ssh_key_pkey PRIMARY KEY (account, fingerprint),
  CONSTRAINT ssh_key_name UNIQUE (account, name)
);

CREATE TABLE identity.operator (
  id            uuid PRIMARY KEY,
  login         text NOT NULL CHECK (login ~ '^[a-zA-Z][a-zA-Z0-9_.@-]{2,31}$'),
  -- argon2id in its own encoding: parameters, salt and hash.
  password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now(),
  version       bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX operator_login ON identity.operator (lower(login));
