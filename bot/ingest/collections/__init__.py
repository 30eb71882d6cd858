"""Collections: whose are read when, and what an answer adds to what is known. They only grow."""
