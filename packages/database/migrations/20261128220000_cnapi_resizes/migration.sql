-- While an instance is resized it holds, beside its share, what it is to grow by; afterwards one reservation stands for both.
ALTER TABLE cnapi.reservation
  -- How many instances it stands for: 1 for an instance's share, 0 for what it is to grow by.
  ADD COLUMN instances smallint NOT NULL DEFAULT 1 CHECK (instances IN (0, 1)),
  -- The key of the reservation that took its place, which brings it back when that is undone.
  ADD COLUMN replaced_by text;
CREATE INDEX reservation_replaced_by ON cnapi.reservation (replaced_by) WHERE replaced_by IS NOT NULL;
