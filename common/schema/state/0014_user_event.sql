-- What happened to each mailbox: a row whenever its state became another.
CREATE TABLE user_event (
	id INTEGER PRIMARY KEY,
	address TEXT NOT NULL COLLATE NOCASE,
	at_s INTEGER NOT NULL,
	state TEXT NOT NULL,		-- as in mailbox
	failure TEXT NOT NULL,
	reason TEXT NOT NULL,
	next_try_s INTEGER NOT NULL
) STRICT;
CREATE INDEX user_event_address ON user_event (address, id);
