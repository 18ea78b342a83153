"""Presets in the window: the shipped ones, the user's own, and saving."""
