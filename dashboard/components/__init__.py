"""Small functions that draw: leaves give Markup, containers (section, columns, page_frame, masthead) give Dash components and take both."""
