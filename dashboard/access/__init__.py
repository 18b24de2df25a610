"""Who may see what: people, roles, sessions, tokens, audit, and the gate in front of everything."""
