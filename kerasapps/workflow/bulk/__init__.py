"""Any number of inputs answered into one table: by all cores, in order, and resumable."""
