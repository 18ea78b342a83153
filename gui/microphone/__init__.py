"""The microphone's panel: from which device, how loud it comes in, whether it is heard, and its recordings."""
