-- Users that a search in the directory brings.  What is searched for is in
-- `setting`, under dir_*.
-- language: code of the join details in this person's meetings, or 'meeting'.
-- directory: '' an administrator's own; 'found' by the last run that was
-- carried out; 'gone': was found once, and a run disabled it.
ALTER TABLE user ADD COLUMN language TEXT NOT NULL DEFAULT 'meeting';
ALTER TABLE user ADD COLUMN directory TEXT NOT NULL DEFAULT ''
	CHECK (directory IN ('', 'found', 'gone'));

-- What became of the last run (directory_run of state.db) that was to change
-- users: at most one row.
CREATE TABLE directory_done (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	run_id TEXT NOT NULL,
	at_s INTEGER NOT NULL,
	result TEXT NOT NULL CHECK (result IN ('done', 'held', 'dropped')),
	added_n INTEGER NOT NULL,
	changed_n INTEGER NOT NULL,
	disabled_n INTEGER NOT NULL,
	problems_n INTEGER NOT NULL,	-- entries that are no users
	why TEXT NOT NULL		-- of what was held or dropped
) STRICT;
