"""Cross-validation: one training repeated, each time without another part of the data."""
