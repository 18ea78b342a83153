"""Help: the palette, the key reference, the first start, and the manners of an unexpected error."""
