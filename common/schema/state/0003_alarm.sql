-- What raised an alarm, so that an acknowledgement holds for that and for
-- nothing else: a word of the program such as a failure's name, or ''.
ALTER TABLE alarm ADD COLUMN cause TEXT NOT NULL DEFAULT '';

-- Alarms that were lowered, the newest.
CREATE TABLE alarm_history (
	id INTEGER PRIMARY KEY,
	number INTEGER NOT NULL,
	subject TEXT NOT NULL,
	severity TEXT NOT NULL,
	cause TEXT NOT NULL,
	detail TEXT NOT NULL,
	first_s INTEGER NOT NULL,
	last_s INTEGER NOT NULL,
	count INTEGER NOT NULL,
	lowered_s INTEGER NOT NULL
) STRICT;
CREATE INDEX alarm_history_of ON alarm_history(number, subject);

-- Whom an alarm touches.
ALTER TABLE mailbox ADD COLUMN alarm INTEGER NOT NULL DEFAULT 0;
				-- number that this mailbox is counted in
ALTER TABLE mailbox ADD COLUMN waits_for TEXT NOT NULL DEFAULT '';
				-- host that somebody has to decide about
CREATE INDEX mailbox_alarm ON mailbox(alarm) WHERE alarm > 0;
CREATE INDEX mailbox_waits ON mailbox(waits_for) WHERE waits_for <> '';
