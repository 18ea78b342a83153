"""Sound through lossy codecs and back, in memory, on a stream."""
