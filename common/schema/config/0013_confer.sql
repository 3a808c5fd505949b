-- Conferencing services.  A type is a row of confer_type.def; its fields are
-- those of settings.def, so a new type needs no other table.
CREATE TABLE confer (
	id TEXT PRIMARY KEY,		-- 32 hex digits, random, never reused
	type TEXT NOT NULL,		-- of confer_type.def
	name TEXT NOT NULL COLLATE NOCASE UNIQUE,	-- display_name
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	rev INTEGER NOT NULL		-- optimistic locking
) STRICT, WITHOUT ROWID;

-- One row a field.  Of a secret: value is '', box is the sealed box (seal.h)
-- and bound_to the text that it was sealed with; of any other both are empty.
CREATE TABLE confer_value (
	confer_id TEXT NOT NULL REFERENCES confer(id) ON DELETE CASCADE,
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	box BLOB NOT NULL,
	bound_to TEXT NOT NULL,
	set_s INTEGER NOT NULL,		-- when the secret was entered
	PRIMARY KEY (confer_id, key)
) STRICT, WITHOUT ROWID;
