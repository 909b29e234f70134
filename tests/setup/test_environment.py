"""The environment: what a start refuses, and in which words."""

import re
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config.environment import missing_settings, unreadable_addresses
from tests.setup.site import manage

COMPLETE = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "refunds.example.com",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
    "BASE_URL": "https://refunds.example.com",
}


def test_nothing_is_missing_with_debug() -> None:
    assert missing_settings({}, debug=True) == []


def test_nothing_is_missing_from_a_complete_environment() -> None:
    assert missing_settings(COMPLETE, debug=False) == []


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_each_setting_is_missed_by_its_name(name: str, value: str | None) -> None:
    environ = {key: kept for key, kept in COMPLETE.items() if key != name}
    if value is not None:
        environ[name] = value

    missing = missing_settings(environ, debug=False)

    assert [line.partition(" ")[0] for line in missing] == [name]


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"DATABASE_URL": "", "REDIS_URL": ""},
        {"DATABASE_URL": "postgres://makegood:pw@127.0.0.1:5432/makegood"},
        {"DATABASE_URL": "postgresql:///makegood"},
        {"DATABASE_URL": "sqlite:////tmp/makegood.sqlite3"},
        {"REDIS_URL": "rediss://:pw@redis.example.com:6380/1"},
    ],
)
def test_readable_addresses(environ: dict[str, str]) -> None:
    assert unreadable_addresses(environ) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "makegood"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_URL", "postgres://makegood:secret@127.0.0.1"),
        ("DATABASE_URL", "postgres://makegood:secret@127.0.0.1:port/makegood"),
        ("DATABASE_URL", "mysql://makegood:secret@127.0.0.1/makegood"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "amqp://makegood:secret@127.0.0.1"),
    ],
)
def test_an_unreadable_address_is_named_without_its_password(name: str, value: str) -> None:
    [complaint] = unreadable_addresses({name: value})

    assert complaint.startswith(f"{name} (it must look like ")
    assert "secret" not in complaint


def test_debug_off_refuses_to_start_and_says_what_is_missing(tmp_path: Path) -> None:
    result = manage("check", var_dir=tmp_path, DEBUG="off", BASE_URL="https://refunds.example.com")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "DEBUG is off, so set these first: "
        "SECRET_KEY (a long random string that stays the same between starts); "
        "ALLOWED_HOSTS (the host names that the site answers to, separated by commas); "
        "REDIS_URL (the broker, such as redis://127.0.0.1:6379/0); "
        "EMAIL_URL (the mail server, such as "
        "smtp+tls://user:password@mail.example.com:587).\n"
    )


def test_real_names_without_a_word_on_debug_are_refused(tmp_path: Path) -> None:
    result = manage("check", var_dir=tmp_path, ALLOWED_HOSTS="refunds.example.com")

    assert result.returncode == 1
    assert result.stderr == (
        "SECRET_KEY or ALLOWED_HOSTS is set and DEBUG is not: "
        "set DEBUG=off to run for real, or DEBUG=on to develop.\n"
    )


def test_debug_off_starts_with_a_complete_environment(tmp_path: Path) -> None:
    result = manage("check", var_dir=tmp_path, DEBUG="off", **COMPLETE)

    assert (result.returncode, result.stderr) == (0, "")


def test_an_unreadable_address_is_one_sentence(tmp_path: Path) -> None:
    result = manage("check", var_dir=tmp_path, DATABASE_URL="mysql://u:secret@127.0.0.1/makegood")

    assert result.returncode == 1
    assert result.stderr == (
        "This can't be read: DATABASE_URL (it must look like "
        "postgres://user:password@127.0.0.1:5432/makegood).\n"
    )


def test_a_var_dir_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()

    result = manage("check", var_dir=in_the_way)

    assert result.returncode == 1
    assert result.stderr == f"VAR_DIR can't be made: [Errno 17] File exists: '{in_the_way}'.\n"


def test_an_old_python_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import manage as manage_module  # noqa: PLC0415 (it is a script)

    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit) as refusal:
        manage_module.main()

    assert refusal.value.code == "Makegood needs Python 3.11 or later, and this one is 3.9.2."


def test_development_pins_hold_those_of_the_site() -> None:
    """`make test` and `make run` share one environment, so neither may move the other's pins."""
    site, development = (_pins(f"requirements{kind}.txt") for kind in ("", "-dev"))

    assert site
    assert site - development == set()


def _pins(name: str) -> set[str]:
    text = (settings.BASE_DIR / name).read_text()
    return set(re.findall(r"^[a-z0-9][^ ]*==[^ ]+", text, flags=re.MULTILINE))
