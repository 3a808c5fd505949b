-- The Experimental menu.  One row where an administrator changed the access
-- password; pwhash is libsodium's Argon2id string.
CREATE TABLE access_password (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	pwhash TEXT NOT NULL
) STRICT;

-- Sessions that it is shown to.
CREATE TABLE access_session (
	id_hash BLOB PRIMARY KEY REFERENCES session(id_hash) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
