"""One of several classes: judged, exported, verified and reported alike for all that is read."""
