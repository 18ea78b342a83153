"""VST3 and Audio Unit plugins: what the user has, as data, and each at work in a process of its own."""
