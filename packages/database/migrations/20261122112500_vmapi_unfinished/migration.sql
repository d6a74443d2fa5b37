-- Instances wanted gone on which nothing works any more: their destruction failed half-way, and the reconciler begins it again.
CREATE INDEX vm_unfinished ON vmapi.vm (updated_at) WHERE power_wanted = 'gone' AND ended IS NULL AND job IS NULL;
