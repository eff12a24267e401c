-- What kind of thing a device is: `kind` as a person says, `found_kind` as it seems to be, `kind_reason` by which sign
-- (store/household/kind_rules.py).
ALTER TABLE device ADD COLUMN kind TEXT;
ALTER TABLE device ADD COLUMN found_kind TEXT;
ALTER TABLE device ADD COLUMN kind_reason TEXT;
