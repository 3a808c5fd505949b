-- What was decided about each meeting, and why; a row whenever that became
-- another.  The newest 20 of a meeting are kept, as long as the meeting is.
CREATE TABLE decision (
	id INTEGER PRIMARY KEY,
	mailbox TEXT NOT NULL COLLATE NOCASE,
	item_id TEXT NOT NULL,
	uid TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	took_ms INTEGER NOT NULL,	-- since the change became known
	verdict TEXT NOT NULL,		-- as in meeting
	why TEXT NOT NULL,
	keyword TEXT NOT NULL,
	rule TEXT NOT NULL,		-- name of the rule that decided, or ''
	start_s INTEGER NOT NULL,
	next_try_s INTEGER NOT NULL,	-- 0: none
	confer_id TEXT NOT NULL,	-- service that was asked; '' : none
	external_id TEXT NOT NULL,	-- its own number of the booking
	booking TEXT NOT NULL,		-- state of the booking
	answer TEXT NOT NULL		-- its answer, of failure.def; '' : good
) STRICT;
CREATE INDEX decision_meeting ON decision (mailbox, uid, id);
CREATE INDEX decision_item ON decision (mailbox, item_id, id);
CREATE TRIGGER decision_ends AFTER DELETE ON meeting BEGIN
	DELETE FROM decision WHERE mailbox = OLD.mailbox
	    AND item_id = OLD.item_id;
END;
