"""Charts: plain functions from values to SVG or HTML text, and dict figures for plotly. Colours come as CSS variables from the page."""
