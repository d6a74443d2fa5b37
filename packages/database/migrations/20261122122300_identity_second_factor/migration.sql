-- A second factor for operators: time-based codes (RFC 6238). The secret is needed in the clear to check a code; only identity's role reads it.
ALTER TABLE identity.operator
  ADD COLUMN totp_secret    bytea,
  -- Made, and not confirmed by a code yet.
  ADD COLUMN totp_pending   bytea,
  -- The newest 30 s step whose code was used: a code works once.
  ADD COLUMN totp_last_step bigint NOT NULL DEFAULT 0;
