-- How alarms are sent away: a row for each way that was ever set.
CREATE TABLE delivery (
	channel TEXT PRIMARY KEY CHECK (channel IN
	    ('syslog','mail','webhook')),
	box BLOB NOT NULL,		-- sealed box (seal.h), empty: none
	bound_to TEXT NOT NULL,		-- text that the box was sealed with
	secret_set_s INTEGER NOT NULL,
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	rev INTEGER NOT NULL		-- optimistic locking
) STRICT, WITHOUT ROWID;
-- Its fields, by key of settings.def.
CREATE TABLE delivery_field (
	channel TEXT NOT NULL REFERENCES delivery(channel) ON DELETE CASCADE,
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (channel, key)
) STRICT, WITHOUT ROWID;
