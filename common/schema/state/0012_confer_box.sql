-- A secret that a service has changed by itself, such as Webex its refresh
-- token: sealed by the net worker that was given it, in the place of the one
-- in config.db as long as that is the one that was entered at set_s.
CREATE TABLE confer_box (
	confer_id TEXT NOT NULL,
	key TEXT NOT NULL,		-- field of settings.def
	set_s INTEGER NOT NULL,		-- confer_value.set_s of its forebear
	bound_to TEXT NOT NULL,		-- the text that it was sealed with
	box BLOB NOT NULL,		-- seal.h
	PRIMARY KEY (confer_id, key)
) STRICT, WITHOUT ROWID;
