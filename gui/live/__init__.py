"""The live picture: what leaves the device, as it leaves."""
