"""The roster's rules: whose profile is read now and how much of it, and what an answer changes in what is known."""
