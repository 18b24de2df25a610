"""The colours of tokens.css for plotly, which draws on its own and knows no CSS variables."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

TOKENS = Path(__file__).resolve().parent.parent / "assets" / "tokens.css"


@lru_cache(maxsize=4)
def palette(theme: str = "desk") -> Mapping[str, str]:
    """Name → `#rrggbb` of a theme. Raises KeyError for a theme that tokens.css does not hold."""
    found = re.search(rf'\[data-theme="{re.escape(theme)}"\]\s*{{(.*?)\n}}', TOKENS.read_text(encoding="utf-8"), re.S)
    if found is None:
        raise KeyError(theme)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", found.group(1)))
