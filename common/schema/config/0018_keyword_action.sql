-- What a keyword without a modifier asks for: the kind of meeting.
ALTER TABLE keyword ADD COLUMN action TEXT NOT NULL DEFAULT 'myroom'
	CHECK (action IN ('myroom', 'space', 'onetime', 'tms', 'cms'));
