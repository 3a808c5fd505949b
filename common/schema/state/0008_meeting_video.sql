-- What a meeting without a keyword gives a room system to join: the first
-- video address of its location or body, as it was when it was looked at.
ALTER TABLE meeting ADD COLUMN video_service TEXT NOT NULL DEFAULT '';
					-- as of video_link.h, '' none
ALTER TABLE meeting ADD COLUMN video_place TEXT NOT NULL DEFAULT '';
					-- location body
ALTER TABLE meeting ADD COLUMN video_dial TEXT NOT NULL DEFAULT '';
					-- user@host, '' where only a link
ALTER TABLE meeting ADD COLUMN video_url TEXT NOT NULL DEFAULT '';
