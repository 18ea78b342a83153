"""Plugins in the window: what was found on this computer, what may run, and what a preset of somebody else asks for."""
