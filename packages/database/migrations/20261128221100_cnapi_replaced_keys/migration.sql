-- Keys that a server had until it enrolled again with this token. They are taken off the bus after the token's use is committed, so they are
-- kept with it: whoever repeats the enrolment, because the one before broke off, takes them off as well.
ALTER TABLE cnapi.enrolment_token ADD COLUMN replaced_keys text[] NOT NULL DEFAULT '{}';
