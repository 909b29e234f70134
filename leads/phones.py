"""Telephone numbers, always kept as E.164."""

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult, timezone

WHY_IMPOSSIBLE = {
    ValidationResult.INVALID_COUNTRY_CODE: "its country code does not exist",
    ValidationResult.TOO_SHORT: "it is too short",
    ValidationResult.TOO_LONG: "it is too long",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "its area code is missing",
}


class PhoneRefused(Exception):
    """A text that can't be anybody's telephone number."""


def to_e164(text: str, *, country: str) -> str:
    """Return a phone as E.164, such as ``+14045550142``.

    ``country`` (two letters) is where a number without a country code is dialled. A number that
    is possible but not in use passes: such leads are sold, and are what refunds are about (C10).
    Raises PhoneRefused with the reason.
    """
    try:
        number = phonenumbers.parse(text, country.upper())
    except phonenumbers.NumberParseException as error:
        raise PhoneRefused("it can't be read as a phone number") from error
    result = phonenumbers.is_possible_number_with_reason(number)
    if result != ValidationResult.IS_POSSIBLE:
        raise PhoneRefused(WHY_IMPOSSIBLE.get(result, "it has an impossible length"))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@lru_cache(maxsize=20_000)  # a list writes fifty, the same ones each time
def written(phone: str, *, country: str) -> str:
    """Write an E.164 number as people do: ``(404) 555-0142``, ``+886 912 345 678``.

    As it is dialled at home where ``country`` (two letters) is its own, as from abroad elsewhere.
    What no country has stays as it is kept.
    """
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    # Some countries share a code, and write numbers among each other as at home: +1.
    is_home = number.country_code == phonenumbers.country_code_for_region(country.upper())
    style = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def zone_of(phone: str, *, default: str) -> str:
    """Return the time zone of an E.164 number's area (X5).

    That is ``default`` where the area is not known, or lies in several zones.
    """
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:  # none was given, or no country has such a number
        return default
    zones = timezone.time_zones_for_geographical_number(number)
    return zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else default
