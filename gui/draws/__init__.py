"""The draws: the seed, the take that is looked at, and those before it."""
