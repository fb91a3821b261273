"""A tag for each word, and the entities that tags mark: alike for all that is read as words."""
