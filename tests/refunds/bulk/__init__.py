"""Several claims by one file."""
