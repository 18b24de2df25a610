"""Small functions that draw: leaves give Markup, containers give Dash components and take both."""
