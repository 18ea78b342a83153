"""The tour: the real window walked through by a hand of its own, with a picture of each step."""
