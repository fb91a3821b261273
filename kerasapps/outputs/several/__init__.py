"""Several answers of one network to one input, each a class, a set of labels or a number."""
