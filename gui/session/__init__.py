"""Sessions: saved, opened, kept safe, and found again after a crash."""
