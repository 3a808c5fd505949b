-- What happened to alarms, in its order: what is sent away.
CREATE TABLE alarm_event (
	id INTEGER PRIMARY KEY AUTOINCREMENT,	-- never used twice
	at_s INTEGER NOT NULL,
	what TEXT NOT NULL CHECK (what IN ('raised','lowered')),
	number INTEGER NOT NULL,
	subject TEXT NOT NULL,
	severity TEXT NOT NULL,
	detail TEXT NOT NULL,
	first_s INTEGER NOT NULL	-- when the alarm was first raised
) STRICT;
-- How far each way is that alarms are sent; no row: it is off.
CREATE TABLE delivery_state (
	channel TEXT PRIMARY KEY CHECK (channel IN
	    ('syslog','mail','webhook')),
	done_id INTEGER NOT NULL,	-- events up to here were taken
	tried_s INTEGER NOT NULL,	-- last try, 0: none
	sent_s INTEGER NOT NULL,	-- last message that was taken, 0: none
	tries INTEGER NOT NULL,		-- failures in a row
	next_s INTEGER NOT NULL,	-- after a failure: when to try again
	answer TEXT NOT NULL,		-- what the server said last
	failure TEXT NOT NULL		-- row of failure.def, '': it worked
) STRICT, WITHOUT ROWID;
