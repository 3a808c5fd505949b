-- One more way of sending: 'presence' tells who is out of office.
CREATE TABLE delivery_new (
	channel TEXT PRIMARY KEY CHECK (channel IN
	    ('syslog','mail','webhook','presence')),
	box BLOB NOT NULL,		-- sealed box (seal.h), empty: none
	bound_to TEXT NOT NULL,		-- text that the box was sealed with
	secret_set_s INTEGER NOT NULL,
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	rev INTEGER NOT NULL		-- optimistic locking
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_new SELECT channel, box, bound_to, secret_set_s,
	changed_s, changed_by, rev FROM delivery;
-- Its fields, by key of settings.def.
CREATE TABLE delivery_field_new (
	channel TEXT NOT NULL REFERENCES delivery_new(channel)
	    ON DELETE CASCADE,
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (channel, key)
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_field_new SELECT channel, key, value FROM delivery_field;
DROP TABLE delivery_field;
DROP TABLE delivery;
ALTER TABLE delivery_new RENAME TO delivery;
ALTER TABLE delivery_field_new RENAME TO delivery_field;
