-- CA certificates that servers' chains ended in, and those that were missing
-- for it: what the Trusted CA certificate page shows beside the list.
CREATE TABLE ca_seen (
	sha256 TEXT NOT NULL,		-- lower-case hex
	host TEXT NOT NULL,		-- server that showed the chain
	trusted INTEGER NOT NULL CHECK (trusted IN (0,1)),
					-- 1: its chain ended here; 0: it would
					-- have, were this certificate trusted
	subject TEXT NOT NULL,
	pem TEXT NOT NULL,		-- '' where trusted is 1
	last_s INTEGER NOT NULL,
	PRIMARY KEY (sha256, host, trusted)
) STRICT, WITHOUT ROWID;
