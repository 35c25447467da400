"""The page "not on the hub": every fact that waits, is held, refused or disputed, and what helps."""
