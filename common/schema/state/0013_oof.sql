-- Who is out of office: what Exchange said last of each mailbox.
CREATE TABLE oof (
	address TEXT PRIMARY KEY COLLATE NOCASE,
	state TEXT NOT NULL CHECK (state IN
	    ('','off','on','scheduled')),	-- '': it never said
	is_away INTEGER NOT NULL,	-- at checked_s
	start_s INTEGER NOT NULL,	-- of what is scheduled, else 0
	end_s INTEGER NOT NULL,
	checked_s INTEGER NOT NULL,	-- when it said so, 0: never
	failure TEXT NOT NULL,		-- of the last try, row of failure.def
	change_id INTEGER NOT NULL	-- number of its last change, 0: none
) STRICT, WITHOUT ROWID;
CREATE INDEX oof_change ON oof (change_id);
-- The way that tells of it (channel 'presence').
CREATE TABLE delivery_state_new (
	channel TEXT PRIMARY KEY CHECK (channel IN
	    ('syslog','mail','webhook','presence')),
	done_id INTEGER NOT NULL,	-- events up to here were taken
	tried_s INTEGER NOT NULL,	-- last try, 0: none
	sent_s INTEGER NOT NULL,	-- last message that was taken, 0: none
	tries INTEGER NOT NULL,		-- failures in a row
	next_s INTEGER NOT NULL,	-- after a failure: when to try again
	answer TEXT NOT NULL,		-- what the server said last
	failure TEXT NOT NULL		-- row of failure.def, '': it worked
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_state_new SELECT channel, done_id, tried_s, sent_s,
	tries, next_s, answer, failure FROM delivery_state;
DROP TABLE delivery_state;
ALTER TABLE delivery_state_new RENAME TO delivery_state;
