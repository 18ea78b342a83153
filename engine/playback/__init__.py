"""What is heard: the player's face, the audio process behind it, and the running Program that bridges edits."""
