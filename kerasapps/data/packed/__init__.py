"""A packed folder: examples of one kind in shards, split and audited once for all trainings."""
