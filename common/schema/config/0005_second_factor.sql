-- Second factors of administrators.  box is a sealed box (seal.h) of the key
-- of RFC 6238, bound to the account; only the manager can open it.
CREATE TABLE admin_factor (
	admin_id INTEGER PRIMARY KEY REFERENCES admin(id) ON DELETE CASCADE,
	box BLOB NOT NULL,
	set_s INTEGER NOT NULL,
	last_step INTEGER NOT NULL	-- of the newest code that was used
) STRICT;
