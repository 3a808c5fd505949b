-- Hosts that Autodiscover led to: what the Trust List shows beside the
-- decisions of config.db.
CREATE TABLE redirect (
	host TEXT NOT NULL,		-- lower case, without a port
	trusted INTEGER NOT NULL CHECK (trusted IN (0,1)),
					-- 1: the directory or the mail domain
					-- itself vouched for it; 0: somebody
					-- has to decide
	url TEXT NOT NULL,		-- seen last
	source TEXT NOT NULL,		-- scp https redirect-302 redirect-url
					-- http
	came_from TEXT NOT NULL,	-- address that named it, or ''
	mail_domain TEXT NOT NULL,
	remote TEXT NOT NULL,		-- address and port that answered
	probe_failure TEXT NOT NULL,	-- row of failure.def: what a request
					-- without credentials met; '' : none
	cert_subject TEXT NOT NULL,	-- '' : no certificate was seen
	cert_issuer TEXT NOT NULL,
	cert_sha256 TEXT NOT NULL,
	cert_not_after_s INTEGER NOT NULL,
	probed_s INTEGER NOT NULL,	-- when these were seen, 0: never
	first_s INTEGER NOT NULL,
	last_s INTEGER NOT NULL,
	count INTEGER NOT NULL,
	waiting INTEGER NOT NULL,	-- users who cannot be served before a
					-- decision
	PRIMARY KEY (host, trusted)
) STRICT, WITHOUT ROWID;
