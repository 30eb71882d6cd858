"""The application: everything that is neither a command, a page nor SQL."""

__version__ = "0.1.0"
