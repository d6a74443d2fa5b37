-- Image manifests, the files behind them by content, and one-time tokens of the file door.

-- A file, once, however many images use it. The row is written when the file is whole, checked and in place.
CREATE TABLE imgapi.blob (
  sha256     text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  sha1       text NOT NULL CHECK (sha1 ~ '^[0-9a-f]{40}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE imgapi.image (
  id             uuid PRIMARY KEY,
  owner          uuid NOT NULL,
  name           text NOT NULL,
  version        text NOT NULL,
  description    text,
  homepage       text,
  eula           text,
  os             text NOT NULL,
  type           text NOT NULL,
  is_public      boolean NOT NULL,
  acl            uuid[] NOT NULL DEFAULT '{}',
  -- The image this one is an increment of; it cannot go before its children.
  origin         uuid REFERENCES imgapi.image (id) ON DELETE RESTRICT,
  requirements   jsonb NOT NULL DEFAULT '{}',
  image_size_mib bigint,
  tags           jsonb NOT NULL DEFAULT '{}',
  state          text NOT NULL DEFAULT 'unactivated' CHECK (state IN ('unactivated', 'active', 'disabled', 'creating', 'failed')),
  error          jsonb,
  file_sha256    text REFERENCES imgapi.blob (sha256) ON DELETE RESTRICT,
  file_compression text CHECK (file_compression IN ('none', 'gzip')),
  published_at   timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now(),
  row_version    bigint NOT NULL DEFAULT 1,
  CONSTRAINT image_not_its_own_origin CHECK (origin <> id),
  CONSTRAINT image_file_is_whole CHECK ((file_sha256 IS NULL) = (file_compression IS NULL)),
  CONSTRAINT image_active_has_file CHECK (state NOT IN ('active', 'disabled') OR (file_sha256 IS NOT NULL AND published_at IS NOT NULL)),
  CONSTRAINT image_disk_size CHECK ((type = 'zvol') = (image_size_mib IS NOT NULL))
);
CREATE INDEX image_newest ON imgapi.image (published_at DESC NULLS LAST, id);
CREATE INDEX image_owner ON imgapi.image (owner);
CREATE INDEX image_origin ON imgapi.image (origin) WHERE origin IS NOT NULL;
CREATE INDEX image_blob ON imgapi.image (file_sha256) WHERE file_sha256 IS NOT NULL;

CREATE TABLE imgapi.file_token (
  -- Tokens are in URLs; only their digests are kept.
  token_sha256 text PRIMARY KEY,
  purpose      text NOT NULL CHECK (purpose IN ('get', 'put')),
  image        uuid NOT NULL REFERENCES imgapi.image (id) ON DELETE CASCADE,
  sha256       text NOT NULL,
  size_bytes   bigint NOT NULL,
  compression  text NOT NULL CHECK (compression IN ('none', 'gzip')),
  -- A transfer is under way; one at a time. Taken back when it breaks, so that it can go on where it stopped.
  claimed_at   timestamptz,
  used_at      timestamptz,
  expires_at   timestamptz NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX file_token_expiry ON imgapi.file_token (expires_at);
CREATE INDEX file_token_image ON imgapi.file_token (image);
