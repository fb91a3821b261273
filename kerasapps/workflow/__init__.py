"""What carries any task from raw files to a bundle; it is handed the task and names none."""
