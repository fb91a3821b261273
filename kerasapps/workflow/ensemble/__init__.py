"""An ensemble: one training repeated with other seeds, and the mean of what comes of it."""
