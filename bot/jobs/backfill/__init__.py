"""Whole histories, page by page through the queue, behind everything that is new."""
