-- A third type of authentication, the strongest.
ALTER TABLE exchange ADD COLUMN auth_kerberos INTEGER NOT NULL DEFAULT 0
	CHECK (auth_kerberos IN (0,1));
ALTER TABLE exchange_draft ADD COLUMN auth_kerberos INTEGER NOT NULL DEFAULT 0;
