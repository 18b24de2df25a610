"""A bar that grows from a zero inside its field: losses to the left, gains to the right."""

from dashboard.charts.markup import Markup, share, tag


def bipolar_bar(difference: float, zero: float, whole: float) -> Markup:
    """`zero` is where zero stands (0…1), `whole` what the field's full width means."""
    width = abs(difference) / whole
    left = zero - width if difference < 0 else zero
    css = "minus" if difference < 0 else "plus"
    axis = tag("u", style=f"left:{share(zero)}")
    return tag("span", tag("i", class_=css, style=f"left:{share(left)};width:{share(width)}"), axis, class_="db", aria_hidden="true")
