"""Filters that write amounts and instants for a program."""

from datetime import date, datetime

from django import template

from accounts import formats
from accounts.models import Program

register = template.Library()


@register.filter
def money(cents: int, program: Program) -> str:
    """Write minor units as an amount: ``{{ sale.price_cents|money:program }}``."""
    return formats.money(cents, program)


@register.filter
def in_zone(at: datetime | None, program: Program) -> str:
    """Write an instant in the program's zone; nothing where there is none."""
    return formats.instant(at, program) if at else ""


@register.filter
def day(on: date) -> str:
    """Write a day with its weekday, as the active language does: ``{{ request.limit_on|day }}``."""
    return formats.day(on)


@register.filter
def lead_in(words: str) -> str:
    """Write words that lead to what follows, with a space where the language has one there."""
    return formats.lead_in(words)


@register.simple_tag
def beside(*facts: object) -> str:
    """Write facts of one line with the language's comma: ``{% beside row.at row.price %}``."""
    return formats.beside(facts)
