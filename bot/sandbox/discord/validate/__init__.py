"""Discord's form checks: what it refuses with 400 and code 50035, and the path it names. Pure."""
