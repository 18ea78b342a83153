"""The lines of a form, one kind for each kind of parameter."""
