"""What people see: plain lines, tables, and a last line that lives."""
