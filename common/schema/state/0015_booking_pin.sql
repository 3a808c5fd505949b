-- What a booking has beside: the PIN of the meeting, as the service gave it,
-- and when it was first asked for (a space of Webex that was made and never
-- told is known by its age).
ALTER TABLE booking ADD COLUMN pin TEXT NOT NULL DEFAULT '';
ALTER TABLE booking ADD COLUMN since_s INTEGER NOT NULL DEFAULT 0;
