-- Rotation of a record's service account.

-- How old its password may become in days, as it was typed; '' : not said.
-- An alarm comes at four fifths of it.
ALTER TABLE exchange ADD COLUMN password_max_days TEXT NOT NULL DEFAULT '';
ALTER TABLE exchange_draft
	ADD COLUMN password_max_days TEXT NOT NULL DEFAULT '';

-- The account that is to take over: sealed and bound like the current one,
-- of the same record and settings.
CREATE TABLE exchange_next (
	record_id TEXT PRIMARY KEY REFERENCES exchange(id) ON DELETE CASCADE,
	next_id TEXT NOT NULL,		-- 32 hex digits, new for each that is
					-- entered: what a test is of
	account TEXT NOT NULL,
	box BLOB NOT NULL,
	bound_to TEXT NOT NULL,
	entered_s INTEGER NOT NULL,
	entered_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
