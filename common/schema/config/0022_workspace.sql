-- Workspaces: a room's mailbox, and the device that shows its meetings.
CREATE TABLE workspace (
	id TEXT PRIMARY KEY,		-- 32 hex digits, random, never reused
	name TEXT NOT NULL COLLATE NOCASE UNIQUE,	-- display_name
	box BLOB NOT NULL,		-- sealed box (seal.h)
	bound_to TEXT NOT NULL,		-- text that the box was sealed with
	secret_set_s INTEGER NOT NULL,
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	rev INTEGER NOT NULL		-- optimistic locking
) STRICT, WITHOUT ROWID;
-- Its fields, by key of settings.def.
CREATE TABLE workspace_field (
	workspace_id TEXT NOT NULL REFERENCES workspace(id)
	    ON DELETE CASCADE,
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (workspace_id, key)
) STRICT, WITHOUT ROWID;
