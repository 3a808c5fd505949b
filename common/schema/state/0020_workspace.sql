-- How far each workspace is: what its device was told last.
CREATE TABLE workspace_state (
	workspace_id TEXT PRIMARY KEY,
	read_s INTEGER NOT NULL,	-- the calendar was read, 0: never
	tried_s INTEGER NOT NULL,	-- last try to reach the device, 0: none
	sent_s INTEGER NOT NULL,	-- it took the list, 0: never
	tries INTEGER NOT NULL,		-- failures in a row
	next_s INTEGER NOT NULL,	-- when it is told again
	failure TEXT NOT NULL,		-- row of failure.def, '': it worked
	detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- The meetings of today and tomorrow, as they were read.
CREATE TABLE workspace_booking (
	workspace_id TEXT NOT NULL REFERENCES workspace_state(workspace_id)
	    ON DELETE CASCADE,
	seq INTEGER NOT NULL,		-- from 0, by start
	title TEXT NOT NULL,		-- as the device shows it: never that
					-- of a private meeting
	organizer TEXT NOT NULL,
	number TEXT NOT NULL,		-- what the device dials, '': nothing,
					-- and it is not told of the meeting
	start_s INTEGER NOT NULL,
	end_s INTEGER NOT NULL,
	is_private INTEGER NOT NULL,
	PRIMARY KEY (workspace_id, seq)
) STRICT, WITHOUT ROWID;
-- A room's copy of a meeting is known by the UID of the organizer's.
CREATE INDEX meeting_uid ON meeting(uid);
CREATE INDEX booking_uid ON booking(uid);
