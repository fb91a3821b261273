"""A look at data that takes longer than reading it: what is nearly the same, what may be wrong."""
