"""The small controls that everything else is built from: sliders, fields, buttons, glyphs."""
