-- A device's number may be given anew: what was paused or let through for the one before must not be for the next.
CREATE TRIGGER device_relief AFTER DELETE ON device BEGIN
    DELETE FROM pause WHERE scope_kind = 'device' AND scope_id = OLD.id;
    DELETE FROM exception WHERE scope_kind = 'device' AND scope_id = OLD.id;
END;
CREATE TRIGGER group_relief AFTER DELETE ON "group" BEGIN
    DELETE FROM pause WHERE scope_kind = 'group' AND scope_id = OLD.id;
    DELETE FROM exception WHERE scope_kind = 'group' AND scope_id = OLD.id;
END;
