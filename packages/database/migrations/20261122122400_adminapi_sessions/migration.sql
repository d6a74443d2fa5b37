-- Operators that are signed in. The cookie holds 32 random bytes; here is only their SHA-256, so that whoever reads the table cannot sign in.
CREATE TABLE adminapi.session (
  id           uuid PRIMARY KEY,
  token_hash   bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  operator     uuid NOT NULL,
  login        text NOT NULL,
  totp_enabled boolean NOT NULL,
  ip           text,
  user_agent   text CHECK (length(user_agent) <= 256),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  -- Written at most once a minute: a request that only reads must not cost a write.
  used_at      timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX session_operator ON adminapi.session (operator);
CREATE INDEX session_used ON adminapi.session (used_at);
