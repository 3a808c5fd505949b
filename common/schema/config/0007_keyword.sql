-- What people type into the location of a meeting to get join details.
-- Lower case, with the @; whatever follows a colon is the kind of meeting.
CREATE TABLE keyword (
	word TEXT PRIMARY KEY COLLATE NOCASE,
	enabled INTEGER NOT NULL CHECK (enabled IN (0,1)),
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO keyword (word, enabled, changed_s, changed_by) VALUES
	('@webex', 1, 0, ''), ('@meet', 1, 0, ''), ('@spark', 1, 0, '');
