import stat
from pathlib import Path

import pytest

from itsm.platform.settings import SettingsError, load, with_key


def test_the_defaults_run_one_machine_with_nothing_else() -> None:
    settings = load({})

    assert settings.database.startswith("sqlite:///")
    assert (settings.bind, settings.trap_bind) == ("127.0.0.1:8000", "127.0.0.1:16200")
    assert settings.public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"ITSM_COLOUR": "red"}, "ITSM_COLOUR is not a setting"),
        ({"ITSM_BIND": "8000"}, "ITSM_BIND: must be host:port, such as 127.0.0.1:8000"),
        ({"ITSM_BIND": "h:99999"}, "ITSM_BIND: must be host:port, such as 127.0.0.1:8000"),
        ({"ITSM_BASE_URL": "desk.example.org"}, "ITSM_BASE_URL: "),
        ({"ITSM_REDIS_URL": "http://x"}, "ITSM_REDIS_URL: "),
        ({"ITSM_MAIL_URL": "mail.example.org"}, "ITSM_MAIL_URL: must be smtp://host:port"),
        ({"ITSM_MAIL_URL": "smtp://mail:abc"}, "ITSM_MAIL_URL: must be smtp://host:port"),
        ({"ITSM_CONFIG": "/nowhere.toml"}, "ITSM_CONFIG: cannot read /nowhere.toml"),
    ],
)
def test_what_is_unknown_or_malformed_stops_the_start_in_one_line(
    environment: dict[str, str], line: str
) -> None:
    with pytest.raises(SettingsError) as error:
        load(environment)

    assert str(error.value).startswith(line)
    assert "\n" not in str(error.value)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "itsm.toml"
    file.write_text('bind = "0.0.0.0:80"\nbase_url = "https://desk.example.org/"\n')
    settings = load({"ITSM_CONFIG": str(file), "ITSM_BIND": "127.0.0.1:81"})

    assert (settings.bind, settings.public_url) == ("127.0.0.1:81", "https://desk.example.org")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "itsm.toml"
    file.write_text("bind = ")

    with pytest.raises(SettingsError, match="is not TOML"):
        load({"ITSM_CONFIG": str(file)})


def test_a_secret_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    first = with_key(load({"ITSM_HOME": str(tmp_path / "home")}))
    second = with_key(load({"ITSM_HOME": str(tmp_path / "home")}))

    assert first.secret_keys == second.secret_keys
    assert stat.S_IMODE((tmp_path / "home" / "secret.key").stat().st_mode) == 0o600
