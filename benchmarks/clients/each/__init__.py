"""A module a client; each has `CLIENTS`."""
