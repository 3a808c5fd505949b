-- Connector Proxy: at most one row.  It was two settings before; what they
-- said is taken over.
CREATE TABLE proxy (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	host TEXT NOT NULL,		-- name or address
	port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
	account TEXT NOT NULL,		-- '' : it wants none
	box BLOB NOT NULL,		-- sealed box (seal.h), empty: no
					-- password was given
	bound_to TEXT NOT NULL,		-- text that the box was sealed with
	password_set_s INTEGER NOT NULL,
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	rev INTEGER NOT NULL		-- optimistic locking
) STRICT;
INSERT INTO proxy (id, host, port, account, box, bound_to, password_set_s,
	changed_s, changed_by, rev)
	SELECT 1, value, coalesce((SELECT CAST(value AS INTEGER) FROM setting
	WHERE key = 'proxy_port'), 8080), '', x'', '', 0, 0, '', 1
	FROM setting WHERE key = 'proxy_host';
DELETE FROM setting WHERE key IN ('proxy_host', 'proxy_port');
