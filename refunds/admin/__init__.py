"""The verification team's pages. ``site`` names what the admin offers."""
