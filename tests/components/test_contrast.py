"""Contrast of the tokens: each pair in use keeps WCAG 2.1 AA, and the states stay apart for colour-blind eyes."""

import re
from itertools import combinations
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "dashboard" / "assets" / "tokens.css"
TEXT, MARK = 4.5, 3.0
STATES = ("ok", "watch", "alarm", "silent", "late", "sim")
THEMES = ("desk", "desk-dark", "wall")
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Triple = tuple[float, float, float]


def colours(theme: str) -> dict[str, str]:
    """The colours of a theme by name."""
    block = re.search(rf'\[data-theme="{theme}"\]\s*{{(.*?)\n}}', TOKENS.read_text(encoding="utf-8"), re.S)
    assert block is not None, f"no theme {theme}"
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block.group(1)))


def linear(colour: str) -> Triple:
    """Linear RGB of `#rrggbb`."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return _unbend(red), _unbend(green), _unbend(blue)


def _unbend(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Contrast ratio of WCAG."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Triple) -> Triple:
    """CIE L*a*b* (D65) of linear RGB, clipped to the gamut."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str, kind: str) -> float:
    """How far apart two colours look to that kind of sight (ΔE 76)."""
    seen = [lab(_through(linear(colour), BLINDNESS[kind])) for colour in (one, other)]
    return float(sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5)


def _through(rgb: Triple, matrix: tuple[Triple, Triple, Triple]) -> Triple:
    red, green, blue = (sum(m * c for m, c in zip(row, rgb, strict=True)) for row in matrix)
    return red, green, blue


def pairs(theme: str) -> list[tuple[str, str, float]]:
    """(foreground, background, least ratio) for every pair that screens use."""
    grounds = ("ground", "surface", "chosen")
    listed = [(fore, back, TEXT) for fore in ("ink", "ink-2", "ink-3", "accent") for back in grounds]
    listed += [(state, back, TEXT) for state in STATES for back in ("ground", "surface", f"{state}-soft")]
    listed += [("ink", f"{state}-soft", TEXT) for state in STATES] + [("ink-2", "late-soft", TEXT)]
    listed += [("on-accent", "accent", TEXT), ("data", "surface", MARK), ("focus", "ground", MARK), ("flag", "ground", MARK)]
    if theme == "desk":
        listed += [("ink", f"seq-{n}", TEXT) for n in (1, 2, 3, 4)] + [("surface", f"seq-{n}", TEXT) for n in (5, 6, 7)]
        return listed + [("ink", f"div-{n}", TEXT) for n in range(2, 7)] + [("surface", f"div-{n}", TEXT) for n in (1, 7)]
    listed += [("ink", f"seq-{n}", TEXT) for n in range(1, 8)] + [("ink-2", "seq-3", TEXT)]
    return listed + [("ink", f"div-{n}", TEXT) for n in range(2, 7)] + [("sunken", f"div-{n}", TEXT) for n in (1, 7)]


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_text_and_ground_can_be_read(theme: str) -> None:
    named = colours(theme)
    missed = [
        f"{fore} on {back}: {ratio(named[fore], named[back]):.2f} of {least}"
        for fore, back, least in pairs(theme)
        if ratio(named[fore], named[back]) < least
    ]
    assert not missed


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("theme", THEMES)
def test_met_watched_and_alarming_stay_apart_for_every_eye(theme: str, kind: str) -> None:
    named = colours(theme)
    assert min(distance(named[one], named[other], kind) for one, other in combinations(STATES[:3], 2)) >= 16


def test_a_dark_system_gets_the_dark_desk_before_any_script_has_run() -> None:
    assert colours("auto") == colours("desk-dark")


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_names_the_same_colours(theme: str) -> None:
    assert colours(theme).keys() == colours("desk").keys()
