"""What examples of any kind are answered with: one class, several labels, or numbers."""
