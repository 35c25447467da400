"""The shared database: what all seats of a centre send to and read from."""
