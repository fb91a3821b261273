"""An ensemble: one training repeated with other seeds or folds, and the mean of what comes."""
