"""Rows in, what people see out. Pure."""
