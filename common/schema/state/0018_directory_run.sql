-- Searches for users in the directory: the newest few, by their rowid.  The engine writes
-- what was found; who may write config.db makes users of it.
CREATE TABLE directory_run (
	id TEXT PRIMARY KEY,		-- 32 hex digits, random
	apply INTEGER NOT NULL CHECK (apply IN (0,1)),	-- 0: a preview
	asked_by TEXT NOT NULL,		-- administrator, or 'schedule'
	settings TEXT NOT NULL,		-- lines key=value that it ran with
	state TEXT NOT NULL CHECK (state IN ('running', 'found', 'failed')),
	failure TEXT NOT NULL,		-- row of failure.def, or ''
	detail TEXT NOT NULL,
	server TEXT NOT NULL,		-- domain controller that answered
	started_s INTEGER NOT NULL,
	ended_s INTEGER NOT NULL,	-- 0: runs yet
	found_n INTEGER NOT NULL,	-- entries of directory_entry
	unusable_n INTEGER NOT NULL,	-- entries without an address
	is_cut INTEGER NOT NULL CHECK (is_cut IN (0,1))	-- there are more
) STRICT;
CREATE TABLE directory_entry (
	run_id TEXT NOT NULL REFERENCES directory_run(id) ON DELETE CASCADE,
	address TEXT NOT NULL COLLATE NOCASE,
	name TEXT NOT NULL,		-- '' each where the entry has none
	language TEXT NOT NULL,
	room_link TEXT NOT NULL,
	room_number TEXT NOT NULL,
	room_video TEXT NOT NULL,
	PRIMARY KEY (run_id, address)
) STRICT, WITHOUT ROWID;
