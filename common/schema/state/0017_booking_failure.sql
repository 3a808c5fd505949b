-- What the service answered last, by its name of failure.def; '' : all was
-- well, or nothing was asked yet.
ALTER TABLE booking ADD COLUMN failure TEXT NOT NULL DEFAULT '';
