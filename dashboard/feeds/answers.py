"""`data/answers.toml`: who is asked when a feed is late, silent or cannot be reached."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dashboard.errors import ConfigurationError

FILE: Final = "answers.toml"


class Answers(BaseModel):
    """An office or function, and how it is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    office_vi: Annotated[str, Field(min_length=1)]
    contact_vi: str = ""


def load_answers(folder: Path) -> Mapping[str, Answers]:
    """By feed; none without the file. Raises ConfigurationError naming file, table and field."""
    path = folder / FILE
    try:
        return TypeAdapter(dict[str, Answers]).validate_python(tomllib.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"data/{FILE}: cannot be read: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ConfigurationError(f"data/{FILE}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
