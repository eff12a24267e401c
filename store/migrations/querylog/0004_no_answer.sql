-- A query that a rule drops gets no response at all; store.log.records.NO_ANSWER stands in place of the response's code.
INSERT OR IGNORE INTO rcodes VALUES (65535, 'no answer');
