-- How each Exchange server answers, as the engine saw it in the last minutes:
-- for the Calendar Connector Status page.
CREATE TABLE server_stat (
	record_id TEXT NOT NULL,
	host TEXT NOT NULL,		-- of the EWS or Autodiscover address
	version TEXT NOT NULL,		-- as the server tells it, or ''
	subscribed_n INTEGER NOT NULL,	-- mailboxes that it notifies of
	asked_n INTEGER NOT NULL,	-- requests of the last 5 to 10 minutes
	failed_n INTEGER NOT NULL,	-- of these, without an answer
	slowed_n INTEGER NOT NULL,	-- of these, told to come later
	median_ms INTEGER NOT NULL,	-- of an answer, at most
	p95_ms INTEGER NOT NULL,
	answered_s INTEGER NOT NULL,	-- last answer; 0: none
	failed_s INTEGER NOT NULL,	-- last that did not come; 0: none
	failure TEXT NOT NULL,		-- of that, a row of failure.def
	PRIMARY KEY (record_id, host)
) STRICT, WITHOUT ROWID;

-- What was done in each five minutes of the last days.
CREATE TABLE work_stat (
	from_s INTEGER PRIMARY KEY,	-- a multiple of 300
	upto_s INTEGER NOT NULL,	-- what follows was so then
	changes_n INTEGER NOT NULL,	-- meetings looked at
	decorated_n INTEGER NOT NULL,
	median_ms INTEGER NOT NULL,	-- from the change to the details, at
	p99_ms INTEGER NOT NULL,	-- most
	queue_n INTEGER NOT NULL,	-- meetings that wait, at upto_s
	oldest_ms INTEGER NOT NULL	-- how long the first of them does
) STRICT;
