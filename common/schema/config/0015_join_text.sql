-- Header and footer of the join details, for each language that has some.
CREATE TABLE join_text (
	language TEXT PRIMARY KEY,	-- as in po/, "en" for English
	header TEXT NOT NULL,		-- plain text, lines end in LF
	footer TEXT NOT NULL,
	changed_s INTEGER NOT NULL,
	changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
