"""Between the seat's disk and the hub: push, pull, beat, and what the window may say of it."""
