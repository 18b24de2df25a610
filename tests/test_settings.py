"""Settings: every variable does something, a wrong one is named, a secret is never shown."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from dashboard import settings
from dashboard.errors import ConfigurationError
from dashboard.settings import CHECKOUT, Settings

OTHER_VALUES = {
    "var_dir": ("/srv/số liệu", Path("/srv/số liệu")),
    "data_dir": ("/srv/data", Path("/srv/data")),
    "host": ("0.0.0.0", "0.0.0.0"),
    "port": ("9000", 9000),
    "log_level": ("debug", "debug"),
    "session_hours": ("8", 8),
    "rtsp_port": ("9554", 9554),
    "sandbox": ("cameras", "cameras"),
    "sandbox_scenario": ("/srv/faults.toml", Path("/srv/faults.toml")),
    "portal_port": ("9555", 9555),
    "signature_checks": ("sampled", "sampled"),
    "trust_dir": ("/srv/tin-cậy", Path("/srv/tin-cậy")),
    "relay_host": ("10.0.0.5", "10.0.0.5"),
    "relay_port": ("9001", 9001),
    "relay_addresses": ("203.0.113.7, 2001:db8::7", "203.0.113.7, 2001:db8::7"),
    "relay_ports": ("40000-40999", "40000-40999"),
    "turn_servers": ("turn:turn.example.vn", "turn:turn.example.vn"),
    "turn_secret": ("s", SecretStr("s")),
    "whep_origins": ("https://a.example.vn", "https://a.example.vn"),
    "relays": ("2", 2),
    "relay_helper": ("off", "off"),
    "relay_viewers": ("900", 900),
    "camera_key": ("k" * 32, SecretStr("k" * 32)),
    "camera_old_keys": ("o" * 32, SecretStr("o" * 32)),
    "office_hours": ("T2-T7 08:00-17:00", "T2-T7 08:00-17:00"),
    "self_approval": ("true", True),
    "database_url": ("postgresql://u:p@h/d", None),
}


def test_every_setting_is_described_and_walked_here() -> None:
    assert set(OTHER_VALUES) == set(Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_read_from_its_variable(field: str) -> None:
    text, value = OTHER_VALUES[field]
    loaded = settings.load({settings.variable(field): text})
    read = getattr(loaded, field)
    if field == "database_url":
        assert read.get_secret_value() == text
    else:
        assert read == value
    assert loaded != settings.load({})


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_used_somewhere(field: str) -> None:
    sources = [path for path in (CHECKOUT / "dashboard").rglob("*.py") if path.name != "settings.py"]
    assert any(f"settings.{field}" in path.read_text(encoding="utf-8") for path in sources), f"nobody reads settings.{field}"


def test_an_empty_environment_gives_the_defaults() -> None:
    loaded = settings.load({"PATH": "/bin"})
    assert (loaded.var_dir, loaded.port, loaded.host, loaded.database_url) == (Path("var"), 8050, "127.0.0.1", None)
    assert (loaded.data_dir / "units").is_dir()


def test_an_empty_variable_means_the_default() -> None:
    assert settings.load({"DASHBOARD_PORT": ""}).port == 8050


def test_an_unknown_variable_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="DASHBOARD_PROT; did you mean DASHBOARD_PORT"):
        settings.load({"DASHBOARD_PROT": "1"})
    with pytest.raises(ConfigurationError, match="DASHBOARD_ZZ; known are DASHBOARD_VAR_DIR"):
        settings.load({"DASHBOARD_ZZ": "1"})


@pytest.mark.parametrize(("name", "text"), [("DASHBOARD_PORT", "8o50"), ("DASHBOARD_PORT", "70000"), ("DASHBOARD_LOG_LEVEL", "loud")])
def test_a_bad_value_names_its_variable_and_is_not_repeated(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings.load({name: text})
    assert str(caught.value).startswith(f"{name}: ")
    assert text not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_database_that_is_no_postgresql_is_refused_without_its_password() -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings.load({"DATABASE_URL": "mysql://me:secret-word@host/db"})
    assert "DATABASE_URL" in str(caught.value)
    assert "secret-word" not in str(caught.value)


def test_settings_are_frozen_and_do_not_print_secrets() -> None:
    loaded = settings.load({"DATABASE_URL": "postgresql://me:secret-word@host/db"})
    assert "secret-word" not in repr(loaded)
    with pytest.raises(ValidationError):
        loaded.port = 1  # type: ignore[misc]


def test_a_variable_is_not_read_behind_loads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9999")
    monkeypatch.setenv("HOST", "example")
    assert settings.load({}).port == 8050
