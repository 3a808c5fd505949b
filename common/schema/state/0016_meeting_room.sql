-- What the connector wrote for room systems into a meeting: only a value that
-- is still this one is its own to change.
ALTER TABLE meeting ADD COLUMN conference_id TEXT NOT NULL DEFAULT '';
					-- SHA-256 of the value, '' none
ALTER TABLE meeting ADD COLUMN capabilities_id TEXT NOT NULL DEFAULT '';
