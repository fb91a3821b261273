"""Pictures: found, read, examined and split."""
