"""A command-centre dashboard for a government's digital transformation."""
