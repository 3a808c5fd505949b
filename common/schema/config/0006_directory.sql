-- A third way to ask the directory, and a domain controller by name.  What
-- was called 'ldap' did StartTLS and is called so now; 'ldap' is a sign-in by
-- Kerberos or NTLM that is signed and sealed.
CREATE TABLE exchange_new (
	id TEXT PRIMARY KEY,		-- 32 hex digits, random, never reused
	display_name TEXT NOT NULL COLLATE NOCASE UNIQUE,
	account TEXT NOT NULL,
	type TEXT NOT NULL CHECK (type IN ('onprem','office365')),
	use_proxy INTEGER NOT NULL CHECK (use_proxy IN (0,1)),
	enabled INTEGER NOT NULL CHECK (enabled IN (0,1)),
	auth_ntlm INTEGER NOT NULL CHECK (auth_ntlm IN (0,1)),
	auth_basic INTEGER NOT NULL CHECK (auth_basic IN (0,1)),
	tls_verify INTEGER NOT NULL CHECK (tls_verify IN (0,1)),
	scheduling_email TEXT NOT NULL,
	discovery TEXT NOT NULL CHECK (discovery IN ('autodiscover','direct')),
	address TEXT NOT NULL,
	scp_enabled INTEGER NOT NULL CHECK (scp_enabled IN (0,1)),
	ad_domain TEXT NOT NULL,
	ad_site TEXT NOT NULL,
	query_mode TEXT NOT NULL
	    CHECK (query_mode IN ('ldap','starttls','ldaps')),
	ldap_tls_verify INTEGER NOT NULL CHECK (ldap_tls_verify IN (0,1)),
	email TEXT NOT NULL,
	box BLOB NOT NULL,
	bound_to TEXT NOT NULL,
	password_set_s INTEGER NOT NULL,
	tested_s INTEGER NOT NULL,	-- last passed test, 0: never
	created_s INTEGER NOT NULL,
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	rev INTEGER NOT NULL,		-- of this record; optimistic locking
	ad_server TEXT NOT NULL		-- domain controller; '' by DNS SRV
) STRICT, WITHOUT ROWID;
INSERT INTO exchange_new SELECT *, '' FROM exchange;
UPDATE exchange_new SET query_mode = 'starttls' WHERE query_mode = 'ldap';
DROP TABLE exchange;
ALTER TABLE exchange_new RENAME TO exchange;

ALTER TABLE exchange_draft ADD COLUMN ad_server TEXT NOT NULL DEFAULT '';
UPDATE exchange_draft SET query_mode = 'starttls' WHERE query_mode = 'ldap';
