"""The microphone, live: from its device through the chain to the speakers, and into a file."""
