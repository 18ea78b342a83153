"""What is said when a plugin cannot be used or did not do its work."""


class PluginFault(Exception):
    """A plugin is missing, not allowed, or failed at its work; the message is one sentence that names it."""
