-- Each row of the configuration log carries a hash of itself and of the hash
-- before it, so that a changed, missing or added row shows.  Rows from
-- before have ''.
ALTER TABLE config_log ADD COLUMN chain BLOB NOT NULL DEFAULT x'';

-- Both ends of the chain: without them rows could be cut off unseen.
CREATE TABLE config_log_ends (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	first_id INTEGER NOT NULL,	-- oldest row of the chain
	before_first BLOB NOT NULL,	-- hash of the row before it, which is
					-- gone; '' : it began the chain
	last_id INTEGER NOT NULL,
	last BLOB NOT NULL		-- hash of the newest row
) STRICT;
INSERT INTO config_log_ends (id, first_id, before_first, last_id, last)
	SELECT 1, coalesce(max(id), 0) + 1, x'', coalesce(max(id), 0), x''
	FROM config_log;
