-- config.db: what an administrator decided.  Written by calconn-web and
-- calconnctl through libstore, read by calconn-engine.

-- One row.  revision grows by one with every change that concerns the
-- engine; the engine compares it with the one it runs.
CREATE TABLE config_meta (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	revision INTEGER NOT NULL
) STRICT;
INSERT INTO config_meta (id, revision) VALUES (1, 1);

-- Administrator accounts.  pwhash is libsodium's Argon2id string.
CREATE TABLE admin (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL COLLATE NOCASE UNIQUE,
	role TEXT NOT NULL CHECK (role IN ('read-write','read-only','auditor')),
	pwhash TEXT NOT NULL,
	must_change INTEGER NOT NULL CHECK (must_change IN (0,1)),
	enabled INTEGER NOT NULL CHECK (enabled IN (0,1)),
	created_s INTEGER NOT NULL,
	last_signin_s INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Signed-in browsers.  id_hash is the SHA-256 of the 128-bit id in the
-- cookie, so that a copy of this file opens no session.
CREATE TABLE session (
	id_hash BLOB PRIMARY KEY,
	admin_id INTEGER NOT NULL REFERENCES admin(id) ON DELETE CASCADE,
	csrf TEXT NOT NULL,		-- hex, 128 bit
	created_s INTEGER NOT NULL,	-- absolute time-out counts from here
	last_s INTEGER NOT NULL,	-- idle time-out; written once a minute
	address TEXT NOT NULL		-- of the browser
) STRICT, WITHOUT ROWID;
CREATE INDEX session_admin ON session(admin_id);

-- Failed sign-ins.  subject is "account:NAME" or "address:IP".
CREATE TABLE signin_limit (
	subject TEXT PRIMARY KEY,
	failures INTEGER NOT NULL,
	window_start_s INTEGER NOT NULL,
	blocked_until_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Microsoft Exchange Configuration.  Columns named as in settings.def;
-- yes/no fields are 0/1.  box is a sealed box (seal.h), bound_to the text
-- that it was sealed with; both empty where no password was given.
CREATE TABLE exchange (
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
	query_mode TEXT NOT NULL CHECK (query_mode IN ('ldap','ldaps')),
	ldap_tls_verify INTEGER NOT NULL CHECK (ldap_tls_verify IN (0,1)),
	email TEXT NOT NULL,
	box BLOB NOT NULL,
	bound_to TEXT NOT NULL,
	password_set_s INTEGER NOT NULL,
	tested_s INTEGER NOT NULL,	-- last passed test, 0: never
	created_s INTEGER NOT NULL,
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	rev INTEGER NOT NULL		-- of this record; optimistic locking
) STRICT, WITHOUT ROWID;

-- What is being entered and tested, before it is stored.  record_id is the
-- id that the record has or will have: the box is bound to it.
CREATE TABLE exchange_draft (
	draft_id TEXT PRIMARY KEY,	-- 32 hex digits, random
	record_id TEXT NOT NULL,
	is_new INTEGER NOT NULL CHECK (is_new IN (0,1)),
	base_rev INTEGER NOT NULL,	-- rev of the record when editing began
	draft_rev INTEGER NOT NULL,	-- grows with every save of the draft
	owner TEXT NOT NULL,		-- administrator's name
	job_id TEXT NOT NULL,		-- the running or last test, or ''
	intent TEXT NOT NULL CHECK (intent IN ('test','store')),
	display_name TEXT NOT NULL,
	account TEXT NOT NULL,
	type TEXT NOT NULL,
	use_proxy INTEGER NOT NULL,
	enabled INTEGER NOT NULL,
	auth_ntlm INTEGER NOT NULL,
	auth_basic INTEGER NOT NULL,
	tls_verify INTEGER NOT NULL,
	scheduling_email TEXT NOT NULL,
	discovery TEXT NOT NULL,
	address TEXT NOT NULL,
	scp_enabled INTEGER NOT NULL,
	ad_domain TEXT NOT NULL,
	ad_site TEXT NOT NULL,
	query_mode TEXT NOT NULL,
	ldap_tls_verify INTEGER NOT NULL,
	email TEXT NOT NULL,
	box BLOB NOT NULL,
	bound_to TEXT NOT NULL,
	created_s INTEGER NOT NULL,
	changed_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Trusted CA certificates for Exchange, LDAPS and services.
CREATE TABLE ca_cert (
	sha256 TEXT PRIMARY KEY,	-- of the DER, lower-case hex
	pem TEXT NOT NULL,
	subject TEXT NOT NULL,
	issuer TEXT NOT NULL,
	not_after_s INTEGER NOT NULL,
	added_s INTEGER NOT NULL,
	added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Single values: use_system_ca, proxy_host, proxy_port, session_idle_min...
CREATE TABLE setting (
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Connectors and whether an administrator wants them to run.
CREATE TABLE connector (
	name TEXT PRIMARY KEY,		-- 'calendar'
	enabled INTEGER NOT NULL CHECK (enabled IN (0,1)),
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO connector (name, enabled, changed_s, changed_by)
	VALUES ('calendar', 0, 0, '');

-- People whose calendars are listened to.
CREATE TABLE user (
	id INTEGER PRIMARY KEY,
	address TEXT NOT NULL COLLATE NOCASE UNIQUE,
	name TEXT NOT NULL,
	enabled INTEGER NOT NULL CHECK (enabled IN (0,1)),
	room_link TEXT NOT NULL,
	room_number TEXT NOT NULL,
	room_video TEXT NOT NULL,
	created_s INTEGER NOT NULL,
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL
) STRICT;
CREATE INDEX user_name ON user(name);

-- Who changed what, from what to what, from where.  Secrets appear as
-- 'set' or 'unset'.
CREATE TABLE config_log (
	id INTEGER PRIMARY KEY,
	at_s INTEGER NOT NULL,
	who TEXT NOT NULL,
	origin TEXT NOT NULL,		-- browser address, or 'calconnctl'
	item TEXT NOT NULL,		-- 'exchange/Lab Exchange/enabled'
	old_value TEXT NOT NULL,
	new_value TEXT NOT NULL
) STRICT;
