-- Rows that wait for the next commit stand in the file querylog.waiting as well. It counts while its number is one above
-- this mark, and each commit that takes its rows in raises the mark. A new log begins anywhere: no old file fits it.
INSERT INTO marks (key, value) VALUES ('spooled', random() & 0xFFFFFFFFFFFF);
