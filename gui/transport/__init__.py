"""The transport: play, place, what is heard, how loud, through which device."""
