"""Pictures to classes."""
