"""A number: judged, exported, verified and reported alike for all that is read."""
