-- Counted for the tabs of the list, and whom it takes from the states that
-- state.db has of all: without a look at each row.
CREATE INDEX user_enabled ON user(enabled, address);
