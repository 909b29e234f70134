"""The contact log of a lead, as its pro uses it."""
