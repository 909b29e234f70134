"""Takes a contact out of what people wrote, for a pro whose account the lead has left (L22).

Claims, answers, findings and letters may quote a name or a number. They stay on record, and the
team goes on reading them; the pro's pages, and mails that go to the pro later, show them without.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import TypeVar, cast

import phonenumbers
from django.utils.translation import gettext as _

from leads.models import Lead, LeadSale
from refunds.models import OutboundMail

BETWEEN_DIGITS = r"[\W_]{0,4}"
LATIN = "A-Za-z0-9\u00c0-\u024f"
HONORIFICS = ("先生", "小姐", "太太", "女士")
SHORTEST_PART = 3

Told = TypeVar("Told")


def without_contact(told: Told, sale: LeadSale) -> Told:
    """Return words, plain data or a page's rows without the contact of a detached sale.

    Unchanged while the lead is in the account. Names and their longer parts, addresses and
    numbers are found, however a number is grouped.
    """
    if not sale.is_detached:
        return told
    pattern = _pattern(tuple(_told_of(sale.lead)), sale.lead.contact.phone)
    return cast("Told", _without(pattern, told))


def hide_in_mail(mail: OutboundMail) -> None:
    """Take the contact out of what a mail quotes: in memory, the rows stay."""
    if mail.exception is not None:
        exception = mail.exception
        exception.words = without_contact(exception.words, exception.sale)
        exception.answer = without_contact(exception.answer, exception.sale)
        return
    event, request = mail.told, mail.told.request
    event.data = without_contact(event.data, request.sale)
    request.checks = without_contact(request.checks, request.sale)
    request.decision_note = without_contact(request.decision_note, request.sale)
    if request.appeal is not None:
        request.appeal.sentence = without_contact(request.appeal.sentence, request.sale)


def _without(pattern: re.Pattern[str], told: object) -> object:
    if isinstance(told, str):
        return pattern.sub(_("(removed)"), told)
    if isinstance(told, list | tuple):
        return type(told)(_without(pattern, one) for one in told)
    if isinstance(told, dict):
        return {name: _without(pattern, one) for name, one in told.items()}
    if is_dataclass(told) and not isinstance(told, type):
        values = {one.name: _without(pattern, getattr(told, one.name)) for one in fields(told)}
        return replace(told, **values)
    return told


def _told_of(lead: Lead) -> Iterator[str]:
    contact = lead.contact
    for name in (lead.contact_name, contact.name):
        yield from _names(name)
    yield from (text for text in (contact.email, lead.street) if text)


def _names(name: str) -> Iterator[str]:
    """Return a name, the name without its honorific, and each part that is no mere initial."""
    bare = name.strip()
    for honorific in HONORIFICS:
        bare = bare.removesuffix(honorific).strip()
    # What is left of a family's name alone is one character, and that is in any sentence.
    yield from (whole for whole in (name.strip(), bare) if len(whole) > 1)
    yield from (part for part in bare.split() if sum(map(str.isalpha, part)) >= SHORTEST_PART)


@lru_cache(maxsize=64)
def _pattern(texts: tuple[str, ...], phone: str) -> re.Pattern[str]:
    # No \b: it finds no end of a word between two Chinese characters.
    longest_first = sorted(dict.fromkeys(texts), key=len, reverse=True)
    found = [rf"(?<![{LATIN}]){_written(text)}(?![{LATIN}])" for text in longest_first]
    return re.compile("|".join([*found, _phone(phone)] if phone else found))


def _written(text: str) -> str:
    parts = [re.escape(part) for part in text.split()]
    # A name of one word may be an ordinary word as well, such as "will".
    is_ordinary = len(parts) == 1 and text.isalpha()
    return parts[0] if is_ordinary else "(?i:" + r"\s+".join(parts) + ")"


def _phone(phone: str) -> str:
    """Return a pattern of an E.164 number, with or without its country's code, in any grouping."""
    number = phonenumbers.parse(phone)
    country = BETWEEN_DIGITS.join(str(number.country_code))
    national = BETWEEN_DIGITS.join(str(number.national_number))
    trunk = rf"\(?(?:0{BETWEEN_DIGITS})?"
    return rf"(?<!\d)(?:\+?{country}{BETWEEN_DIGITS})?{trunk}{national}(?!\d)"
