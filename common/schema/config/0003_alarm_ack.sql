-- Alarms that an administrator has taken note of.  Holds for the alarm that
-- was first raised then and for its cause; the alarm itself is in state.db.
CREATE TABLE alarm_ack (
	number INTEGER NOT NULL,
	subject TEXT NOT NULL,
	cause TEXT NOT NULL,
	first_s INTEGER NOT NULL,
	note TEXT NOT NULL,
	who TEXT NOT NULL,
	at_s INTEGER NOT NULL,
	PRIMARY KEY (number, subject)
) STRICT, WITHOUT ROWID;
