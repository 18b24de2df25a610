"""`python -m dashboard …`: every door of the command line."""

from dashboard.cli.commands import main

if __name__ == "__main__":
    main()
