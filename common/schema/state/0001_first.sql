-- state.db: what the connector learned.  Written by calconn-engine alone,
-- read by calconn-web and calconnctl.

CREATE TABLE engine_meta (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	revision_running INTEGER NOT NULL,	-- of config.db
	state TEXT NOT NULL,	-- not-enabled starting running stopping
				-- stopped not-operational
	reason TEXT NOT NULL,
	since_s INTEGER NOT NULL
) STRICT;
INSERT INTO engine_meta VALUES (1, 0, 'stopped', '', 0);

-- One row per mailbox that is or was listened to.
CREATE TABLE mailbox (
	address TEXT PRIMARY KEY COLLATE NOCASE,
	state TEXT NOT NULL CHECK (state IN
	    ('disabled','pending','discovering','subscribed','error')),
	failure TEXT NOT NULL,		-- name of a row of failure.def, or ''
	reason TEXT NOT NULL,		-- what happened, for a person
	since_s INTEGER NOT NULL,
	next_try_s INTEGER NOT NULL,	-- 0: none planned
	tries INTEGER NOT NULL,		-- failed in a row
	exchange_id TEXT NOT NULL,	-- record that serves it
	ews_url TEXT NOT NULL,
	sync_state TEXT NOT NULL,	-- of the calendar folder; '' : none yet
	last_event_s INTEGER NOT NULL,
	last_decorated_s INTEGER NOT NULL,
	decorated_n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mailbox_state ON mailbox(state);
CREATE INDEX mailbox_exchange ON mailbox(exchange_id, state);

-- One row per meeting that was looked at and held a keyword.
CREATE TABLE meeting (
	mailbox TEXT NOT NULL COLLATE NOCASE,
	item_id TEXT NOT NULL,
	uid TEXT NOT NULL,		-- iCalendar UID, '' where it has none
	change_key TEXT NOT NULL,	-- newest that was looked at
	verdict TEXT NOT NULL,		-- decorated unchanged skipped failed
	why TEXT NOT NULL,		-- one sentence
	keyword TEXT NOT NULL,
	start_s INTEGER NOT NULL,
	decided_ms INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	next_try_s INTEGER NOT NULL,	-- 0: settled
	PRIMARY KEY (mailbox, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_retry ON meeting(next_try_s) WHERE next_try_s > 0;
CREATE INDEX meeting_decided ON meeting(decided_ms);

CREATE TABLE alarm (
	number INTEGER NOT NULL,
	subject TEXT NOT NULL,		-- record, host or '' : whom it is about
	severity TEXT NOT NULL CHECK (severity IN
	    ('critical','error','warning','alert')),
	detail TEXT NOT NULL,
	first_s INTEGER NOT NULL,
	last_s INTEGER NOT NULL,
	count INTEGER NOT NULL,
	PRIMARY KEY (number, subject)
) STRICT, WITHOUT ROWID;

-- The newest test report of each record, as JSON (report.h).
CREATE TABLE report (
	record_id TEXT PRIMARY KEY,
	at_s INTEGER NOT NULL,
	passed INTEGER NOT NULL CHECK (passed IN (0,1)),
	json TEXT NOT NULL
) STRICT, WITHOUT ROWID;
