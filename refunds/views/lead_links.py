"""What every row of a long list of leads repeats, made once: addresses and choices."""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leads.models import LeadSale
from refunds.policy.document import Reason
from refunds.views.lead_rows import LeadRow

REQUEST_REFUND = "request_refund"
NOBODY = UUID(int=0)
SELECTED = SafeString(" selected")


class ListedLead:
    """A row of a list with the addresses of its lead."""

    def __init__(self, row: LeadRow, statuses: "Statuses") -> None:
        self.row = row
        self.statuses = statuses.of(row)
        self.claim = address("claim", row.uuid)
        self.contact_log = address("contact_log", row.uuid)
        self.exception = address("exception", row.uuid)
        self.status = address("lead_status", row.uuid)
        reference = row.standing.request_reference
        self.request = reverse("request_detail", args=[reference]) if reference else ""


class Statuses:
    """The choices of a lead's status, drawn once for each that there is (A12)."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, bool], SafeString] = {}

    def of(self, row: LeadRow) -> SafeString:
        """Return the choices for a row; a refund is among them where it can be asked for."""
        key = row.status_code, row.standing.can_be_claimed
        if key not in self._drawn:
            self._drawn[key] = self._options(*key)
        return self._drawn[key]

    @cached_property
    def _labels(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in LeadSale.Status.choices]

    def _options(self, chosen: str, can_be_claimed: bool) -> SafeString:
        refund = [(REQUEST_REFUND, _("Request refund"))] if can_be_claimed else []
        return options([*self._labels, *refund], chosen)


def listed(rows: Iterable[LeadRow]) -> list[ListedLead]:
    """Return rows with what their forms and links need."""
    statuses = Statuses()
    return [ListedLead(row, statuses) for row in rows]


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
