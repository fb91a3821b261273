"""Several labels at once, or none: judged, exported, verified and reported alike for all inputs."""
