"""Comparing chains: what is done with both, and the blind test."""
