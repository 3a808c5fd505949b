-- The opening key under the recovery passphrase (keywrap.h), which goes into
-- each backup.  Only who has the passphrase can open it; it is set on this
-- host alone and never by a page.
CREATE TABLE recovery_key (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	wrapped BLOB NOT NULL,
	set_s INTEGER NOT NULL,
	set_by TEXT NOT NULL
) STRICT;
