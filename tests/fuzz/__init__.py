"""Coverage-guided fuzzing of everything that reads bytes from outside: `make fuzz`, and a short run in `make test`."""
