"""Chromium over every page, with real figures from data/published."""
