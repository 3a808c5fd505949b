-- Which details were written into a meeting: what an administrator changes
-- later is for other meetings.
ALTER TABLE meeting ADD COLUMN block_id TEXT NOT NULL DEFAULT '';
					-- SHA-256 of the words of the block
ALTER TABLE meeting ADD COLUMN room_id TEXT NOT NULL DEFAULT '';
					-- SHA-256 of the room in it
