"""A search for options, from the first trial to the bundles of the best."""
