-- A number that no other log has: who remembers something of a log knows by it that this is still the one.
INSERT INTO marks (key, value) VALUES ('log_id', abs(random() % 9007199254740992));
