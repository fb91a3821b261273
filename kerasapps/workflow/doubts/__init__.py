"""Labels that may be wrong, by what networks say of examples that they were not trained on."""
