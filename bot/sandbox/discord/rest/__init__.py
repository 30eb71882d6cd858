"""REST v10, as far as a bot of our kind uses it."""
