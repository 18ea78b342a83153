"""The chain's panel: cards for steps and groups, and everything that edits them."""
