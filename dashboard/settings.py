"""What the environment decides: read once by the command line, checked, then handed down and never changed."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from dashboard.errors import ConfigurationError

PREFIX = "DASHBOARD_"
DATABASE_URL = "DATABASE_URL"
CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every variable that the program reads; a field `var_dir` is the variable `DASHBOARD_VAR_DIR`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    var_dir: Annotated[Path, Field(description="what the program writes: database, raw bytes, logs")] = Path("var")
    data_dir: Annotated[Path, Field(description="facts that people edit: units, catalog, published figures")] = CHECKOUT / "data"
    host: Annotated[str, Field(description="address that web listens on", min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(description="port that web listens on", ge=1, le=65535)] = 8050
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field(description="least severe line that is logged")] = "info"
    session_hours: Annotated[int, Field(description="hours after which a person signs in again", ge=1, le=24 * 31)] = 12
    rtsp_port: Annotated[int, Field(description="port of the sandbox's cameras, and of {port} in cameras.toml", ge=1, le=65535)] = 8554
    sandbox: Annotated[Literal["all", "cameras"], Field(description="what a demo plays: all systems with their history, or cameras")] = (
        "all"
    )
    sandbox_scenario: Annotated[Path | None, Field(description="file that says what goes wrong in the sandbox's portal, and when")] = None
    portal_port: Annotated[int, Field(description="port of the sandbox's portal", ge=1, le=65535)] = 8555
    signature_checks: Annotated[
        Literal["all", "sampled", "off"], Field(description="whose signatures are checked: of all documents, of one in ten, or of none")
    ] = "all"
    trust_dir: Annotated[
        Path | None, Field(description="certificates and revocation lists (PEM, DER) of whom to trust; data/trust otherwise")
    ] = None
    relay_host: Annotated[str, Field(description="address that a relay listens on for web, and is reached at", min_length=1)] = "127.0.0.1"
    relay_port: Annotated[int, Field(description="port that a relay listens on for web; 0 takes a free one", ge=0, le=65535)] = 0
    relay_addresses: Annotated[
        str,
        Field(
            description="addresses to announce to viewers instead of this machine's own, with commas between", pattern=r"^[0-9a-fA-F.:, ]*$"
        ),
    ] = ""
    relay_ports: Annotated[
        str,
        Field(description="UDP ports for viewers, as 40000-40999, two each; empty: whichever are free", pattern=r"^(\d{1,5}-\d{1,5})?$"),
    ] = ""
    turn_servers: Annotated[str, Field(description="TURN servers for viewers behind closed firewalls, with commas between")] = ""
    turn_secret: Annotated[SecretStr, Field(description="secret shared with the TURN servers")] = SecretStr("")
    whep_origins: Annotated[str, Field(description="other sites whose pages may play cameras by a token, with commas between")] = ""
    relays: Annotated[int, Field(description="relays that this machine runs; cameras are shared out among them", ge=1, le=64)] = 1
    relay_viewers: Annotated[
        int, Field(description="viewers at one relay at once; the next is asked to come again later", ge=1, le=10_000)
    ] = 400
    relay_helper: Annotated[
        Literal["auto", "off"],
        Field(description="auto: relays use the loop in C where `make relay-helper` has built it; off: they never do"),
    ] = "auto"
    camera_key: Annotated[
        SecretStr, Field(description="what cameras' passwords are encrypted with: 32 characters or more; var/camera.key otherwise")
    ] = SecretStr("")
    camera_old_keys: Annotated[SecretStr, Field(description="keys of before, with commas between; they open, and seal nothing")] = (
        SecretStr("")
    )
    office_hours: Annotated[str, Field(description="when counters are open, where a camera does not say otherwise")] = (
        "T2-T6 07:30-11:30 13:30-17:00"
    )
    self_approval: Annotated[
        bool, Field(description="whether somebody of a province may approve a workbook that they handed in themselves: for small offices")
    ] = False
    database_url: Annotated[SecretStr | None, Field(description="PostgreSQL to use instead of the embedded one")] = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands over: a variable that pydantic would read behind its back could not be checked for its name."""
        return (init_settings,)


def variable(field: str) -> str:
    """The environment variable of a field."""
    return DATABASE_URL if field == "database_url" else PREFIX + field.upper()


def load(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment. Raises ConfigurationError that names the variable at fault, and never shows a secret's value."""
    fields = {variable(name): name for name in Settings.model_fields}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in fields:
            raise ConfigurationError(f"unknown variable {name}{_nearest(name, list(fields))}")
    values = {field: environ[name] for name, field in fields.items() if environ.get(name, "") != ""}
    try:
        # Pydantic turns the texts into the types of the fields; the type checker only sees texts.
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(_fault(error)) from None
    if settings.database_url is not None:
        _check_database_url(settings.database_url.get_secret_value())
    _check_ports(settings.relay_ports)
    return settings


def ports(text: str) -> range | None:
    """The ports of `40000-40999`; None for an empty text."""
    first, _, last = text.partition("-")
    return range(int(first), int(last) + 1) if text else None


def _check_ports(text: str) -> None:
    found = ports(text)
    if found is not None and (found.start < 1024 or found.stop > 65_536 or not found):
        raise ConfigurationError(f"{PREFIX}RELAY_PORTS: {text} is no range of ports between 1024 and 65535")


def _nearest(name: str, known: list[str]) -> str:
    ends = [other.removeprefix(PREFIX) for other in known if other.startswith(PREFIX)]
    near = difflib.get_close_matches(name.removeprefix(PREFIX), ends, n=1)
    return f"; did you mean {PREFIX}{near[0]}?" if near else f"; known are {', '.join(known)}"


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0])
    # Pydantic's message says what was expected; the value itself is left out, it may be a secret put into the wrong variable.
    return f"{variable(field)}: {first['msg'][0].lower()}{first['msg'][1:]}"


def _check_database_url(url: str) -> None:
    scheme = url.partition("://")[0]
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ConfigurationError(f"{DATABASE_URL}: only PostgreSQL is spoken here, as postgresql://user:password@host/database")
