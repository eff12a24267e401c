-- 1, where the state is what a person decided, as config.db has it (finding_state).
ALTER TABLE findings ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;
