"""Workbooks from provinces: written by other programs than the one that reads them."""
