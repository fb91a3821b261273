"""What networks answer, where several tasks share it: one folder a kind of answer."""
