-- What Autodiscover said of a mailbox beside its EWS address.
ALTER TABLE mailbox ADD COLUMN grouping TEXT NOT NULL DEFAULT '';
					-- GroupingInformation: with ews_url,
					-- whose events one connection may
					-- carry; '' : not told
