"""The seat's own disk: one encrypted file per person, from which nothing is ever lost."""
