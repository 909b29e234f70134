"""Every string that a person reads is there in every language, whole, and compiled as written."""

import gettext
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "leads", "refunds", "config")
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]")
MAKE = "run `make messages`, translate what is new, and run it again"


@cache
def said() -> frozenset[str]:
    """All that the code and the templates say, by its first (or only) form."""
    return frozenset(text for path in sources() for text in strings(path))


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    yield from (ROOT / "templates").rglob("*.html")
    yield from (ROOT / "templates").rglob("*.txt")


def strings(path: Path) -> Iterator[str]:
    text = path.read_text("utf-8")
    code = text if path.suffix == ".py" else flat(templatize(text, origin=str(path)))
    for _line, message, _comments, _context in extract(
        "python", io.BytesIO(code.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        yield message if isinstance(message, str) else message[0]


def flat(code: str) -> str:
    """Take the indentation away: where a template has its tags is no syntax."""
    return "\n".join(line.strip() for line in code.splitlines())


@cache
def catalogue(language: str) -> Catalog:
    with (folder(language) / "django.po").open("rb") as file:
        return read_po(file, locale=to_locale(language), abort_invalid=True)


def folder(language: str) -> Path:
    return ROOT / "locale" / to_locale(language) / "LC_MESSAGES"


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or [""])


def test_there_is_a_language_besides_english() -> None:
    assert LANGUAGES == ["zh-hant"]
    assert len(said()) > 900


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_what_is_said_and_nothing_else(language: str) -> None:
    known = {first(message) for message in messages(language)}

    assert said() - known == set(), MAKE
    assert known - said() == set(), MAKE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(language: str) -> None:
    unfinished = [
        first(message)
        for message in messages(language)
        if message.fuzzy or not all(forms(message.string))
    ]

    assert unfinished == [], MAKE


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_filled_with_the_same_facts(language: str) -> None:
    """A plural that is one form in the language may use what either English form uses."""
    differing = [
        first(message)
        for message in messages(language)
        if not agrees(forms(message.id), forms(message.string))
    ]

    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    with (folder(language) / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    stale = [
        first(message)
        for message in messages(language)
        if spoken(compiled, message) != forms(message.string)[0]
    ]

    assert stale == [], MAKE


def agrees(ids: tuple[str, ...], translated: tuple[str, ...]) -> bool:
    wanted = [facts(text) for text in ids]
    return all(facts(text) in (*wanted, set.union(*wanted)) for text in translated)


def facts(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def spoken(compiled: gettext.GNUTranslations, message: Message) -> str:
    one, many = (message.id, "") if isinstance(message.id, str) else message.id
    if message.context:
        return (
            compiled.npgettext(message.context, one, many, 1)
            if many
            else compiled.pgettext(message.context, one)
        )
    return compiled.ngettext(one, many, 1) if many else compiled.gettext(one)
