"""The loops: gather, decide with pure functions, apply in one transaction."""
