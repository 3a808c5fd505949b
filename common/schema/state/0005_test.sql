-- The newest finished test of each record and mailbox, as JSON (report.h);
-- in place of one report a record.
CREATE TABLE test_report (
	record_id TEXT NOT NULL,
	mailbox TEXT NOT NULL COLLATE NOCASE,	-- '' : none was given
	at_s INTEGER NOT NULL,
	who TEXT NOT NULL,		-- started it
	passed INTEGER NOT NULL CHECK (passed IN (0,1)),
	json TEXT NOT NULL,
	PRIMARY KEY (record_id, mailbox)
) STRICT, WITHOUT ROWID;
CREATE INDEX test_report_at ON test_report(at_s);
INSERT INTO test_report (record_id, mailbox, at_s, who, passed, json)
	SELECT record_id, '', at_s, '', passed, json FROM report;
DROP TABLE report;

-- What became of the newest test of something that is not stored yet: by
-- this, whoever may write config.db stores what was tested.
CREATE TABLE test_result (
	id TEXT PRIMARY KEY,		-- of the draft
	rev INTEGER NOT NULL,		-- of the draft that was tested
	record_id TEXT NOT NULL,
	job_id TEXT NOT NULL,
	passed INTEGER NOT NULL CHECK (passed IN (0,1)),
	at_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
