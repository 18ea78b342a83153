"""The parts of tools/pages.py."""
