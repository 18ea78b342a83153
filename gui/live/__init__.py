"""Live: what leaves through the device, seen while it sounds."""
