"""The rehearsal: a day at the desk with the hub torn away in the middle, on the real window, store and hub, and counted."""
