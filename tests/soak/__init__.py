"""Runs that are too long for every day: `make soak`."""
