"""Files and paths that users name, and files that are whole or not there."""
