-- Trust List: what an administrator decided about hosts that Autodiscover
-- leads to.  A host that is not decided about and that nothing vouches for
-- never gets the service account.
CREATE TABLE trust (
	pattern TEXT PRIMARY KEY,	-- 'mail.example.org', or '*.example.org'
					-- for any one label; lower case
	state TEXT NOT NULL CHECK (state IN ('allowed','blocked')),
	note TEXT NOT NULL,		-- why, for a person
	decided_by TEXT NOT NULL,	-- administrator's name
	decided_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
