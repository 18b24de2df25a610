"""Charts, as strings and as dict figures."""
