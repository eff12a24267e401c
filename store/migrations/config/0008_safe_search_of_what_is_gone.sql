-- As with 0005: what was said of a device or a group that is gone must not be said of the next of its number.
CREATE TRIGGER device_safe_search AFTER DELETE ON device BEGIN
    DELETE FROM safe_search WHERE scope_kind = 'device' AND scope_id = OLD.id;
END;
CREATE TRIGGER group_safe_search AFTER DELETE ON "group" BEGIN
    DELETE FROM safe_search WHERE scope_kind = 'group' AND scope_id = OLD.id;
END;
