-- When the password was set: sessions that began before that are ended by whoever finds one, also when nobody listened at that moment. Of those
-- that are there nothing is known but that it was not later than the row's last change.
ALTER TABLE identity.operator ADD COLUMN password_changed_at timestamptz(3) NOT NULL DEFAULT now();
UPDATE identity.operator SET password_changed_at = updated_at;
