-- One row a meeting that is or was booked with a conferencing service.
CREATE TABLE booking (
	mailbox TEXT NOT NULL COLLATE NOCASE,	-- of the organizer
	uid TEXT NOT NULL,		-- iCalendar UID: the same on each try
	item_id TEXT NOT NULL,		-- of the organizer's copy
	confer_id TEXT NOT NULL,	-- the service
	external_id TEXT NOT NULL,	-- the service's own; '' : not known yet
	state TEXT NOT NULL CHECK (state IN
	    ('wanted','booked','ending','ended','refused')),
	why TEXT NOT NULL,		-- one sentence for a person, or ''
	asked TEXT NOT NULL,		-- hash of what was asked for last
	subject TEXT NOT NULL,
	start_s INTEGER NOT NULL,
	end_s INTEGER NOT NULL,
	link TEXT NOT NULL,		-- join details, as answered
	number TEXT NOT NULL,
	video TEXT NOT NULL,
	tries INTEGER NOT NULL,		-- failed in a row
	next_try_s INTEGER NOT NULL,	-- 0: none planned
	changed_s INTEGER NOT NULL,
	PRIMARY KEY (mailbox, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_item ON booking(mailbox, item_id);
CREATE INDEX booking_confer ON booking(confer_id, state, start_s);
CREATE INDEX booking_retry ON booking(next_try_s) WHERE next_try_s > 0;

-- What a service gave to be shown again with each request, such as the
-- licence session of TMS; it is kept over restarts.
CREATE TABLE confer_session (
	confer_id TEXT PRIMARY KEY,
	session TEXT NOT NULL
) STRICT, WITHOUT ROWID;
