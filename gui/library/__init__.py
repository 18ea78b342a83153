"""The library: recordings that were dropped, with label and length, and those that cannot be used."""
