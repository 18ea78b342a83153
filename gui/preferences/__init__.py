"""Preferences: what the user decides once for all, in a form built from its declarations."""
