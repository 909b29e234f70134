"""What every row of a long list of leads repeats, made once: addresses and choices."""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from refunds.policy.document import Reason

NOBODY = UUID(int=0)
SELECTED = SafeString(" selected")


def reasons(offered: Iterable[Reason]) -> SafeString:
    """Draw the reasons of a program, those that are never credited apart (L4, C27)."""
    groups = {True: _("Refundable"), False: _("Not on its own")}
    listed = list(offered)
    return format_html(
        '<option value="">{}</option>{}',
        _("Choose a reason"),
        format_html_join(
            "",
            '<optgroup label="{}">{}</optgroup>',
            (
                (label, options([(one.code, one.label) for one in chosen]))
                for is_eligible, label in groups.items()
                if (chosen := [one for one in listed if one.eligible is is_eligible])
            ),
        ),
    )


def options(choices: Iterable[tuple[str, str]], chosen: str = "") -> SafeString:
    """Draw the options of a drop-down list."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if value == chosen else "", label) for value, label in choices),
    )


def address(name: str, uuid: UUID) -> str:
    """Return the address of a lead's page; resolving it for each row costs more than the row."""
    return _pattern(name).replace(str(NOBODY), str(uuid))


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[NOBODY])
