"""The command line: runs the whole system on one machine, or one part of it, and does an operator's work.

Heavy libraries are imported where they are used, inside functions: a command that needs none of them answers at once.
"""
