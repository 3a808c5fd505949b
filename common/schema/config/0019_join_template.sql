-- Join details in an organization's own form, for each language that has one;
-- the words of a template, '' none.
ALTER TABLE join_text ADD COLUMN source TEXT NOT NULL DEFAULT '';
