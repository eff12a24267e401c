-- The groups of a device are the rows of device_group alone.
ALTER TABLE device DROP COLUMN group_id;
CREATE INDEX device_group_group ON device_group (group_id);
