"""Reminders of windows that close soon."""
