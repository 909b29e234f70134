"""Rows of My leads as HTML: whom to call, until when it can be refunded, how far one has come.

They are put together here because a page has fifty: drawn by a template they cost as much as the
rest of the page, whose pieces Django looks up by name one by one.
"""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.formats import lead_in
from leads.models import ContactForPro, LeadSale
from refunds.views.lead_links import address, options
from refunds.views.lead_rows import LeadRow

REQUEST_REFUND = "request_refund"

ROW = """
<tr id="lead-{uuid}">
  <th scope="row" data-label="{label_lead}">
    {contact}
    <span class="under">{reference} · {category}</span>
    {company}
  </th>
  <td data-label="{label_refund}">
    <span class="tag {tag}">{word}</span>
    <span class="standing">{sentence}{request}{because}</span>
    <span class="doors">{claim} {exception} {log}</span>
  </td>
  <td data-label="{label_status}">
    <form class="status" method="post" action="{action}?{query}#lead-{uuid}"
          hx-post="{action}?{query}" autocomplete="off">
      <input type="hidden" name="csrfmiddlewaretoken" value="{token}">
      <label class="hidden" for="status-{uuid}">{label_status} {reference}</label>
      <select name="status" id="status-{uuid}"{focus}>{statuses}</select>
      <button type="submit" class="second">{save}<span class="hidden"> {reference}</span></button>
    </form>
    {note}
  </td>
  <td data-label="{label_bought}">{bought_at} <span class="under">{price}</span>{job}</td>
</tr>
"""
UNDER = '<span class="under">{}</span>'
NAME = '<span class="who-name">{}</span>'
QUIET = '<span class="quiet">{}</span>'
WARNING = '<span class="tag warn">{}</span>'
CALL = '<a class="call" href="tel:{}">{}</a>'
MAIL = '<a class="under" href="mailto:{0}">{0}</a>'
REQUEST = '<a class="ref" href="{}">{}</a>'
LINK = '<a href="{}">{}<span class="hidden"> {}</span></a>'
BUTTON = '<a class="button" href="{}">{}<span class="hidden"> {}</span></a>'
FOCUS = ' autofocus aria-describedby="note-{}"'
NOTHING = SafeString("")


class LeadTable:
    """Draws the rows of one page; what they have in common is said and escaped once.

    ``focused`` is the lead whose status was kept in place: the keyboard stays at it, and its note
    is read out.
    """

    def __init__(
        self,
        *,
        token: str,
        query: str,
        has_companies: bool,
        notes: Mapping[UUID, SafeString],
        focused: UUID | None = None,
    ) -> None:
        self._has_companies = has_companies
        self._notes = notes
        self._focused = focused
        common = {"token": token, "query": query, **_labels()}
        self._common = {name: conditional_escape(text) for name, text in common.items()}
        self._words = _words()
        self._statuses: dict[tuple[str, bool], SafeString] = {}

    def drawn(self, rows: Iterable[LeadRow]) -> SafeString:
        """Return rows as they are put into the table's body."""
        return format_html_join("", "{}", ((self._row(row),) for row in rows))

    def _row(self, row: LeadRow) -> SafeString:
        standing = row.standing
        return format_html(
            ROW,
            **self._common,
            uuid=row.uuid,
            contact=self._contact(row.contact),
            reference=row.reference,
            category=row.category,
            company=_under(row.pro if self._has_companies else ""),
            tag=standing.tag,
            word=standing.word,
            sentence=lead_in(standing.sentence),
            because=_under(standing.because),
            request=_request(standing.request_reference),
            claim=self._claim(row),
            exception=_link(LINK, "exception", row, standing.exception)
            if standing.exception
            else NOTHING,
            log=_link(LINK, "contact_log", row, self._words["log"]),
            action=address("lead_status", row.uuid),
            note=self._notes.get(row.uuid, NOTHING),
            focus=format_html(FOCUS, row.uuid) if row.uuid == self._focused else NOTHING,
            statuses=self._options(row.status_code, standing.can_be_claimed),
            bought_at=row.bought_at,
            price=row.price,
            job=_under(_("Job on %(day)s") % {"day": row.job_on} if row.job_on else ""),
        )

    def _contact(self, contact: ContactForPro) -> SafeString:
        return format_html_join("\n", "{}", ((line,) for line in self._contact_lines(contact)))

    def _contact_lines(self, contact: ContactForPro) -> Iterator[SafeString]:
        if contact.name:
            yield format_html(NAME, contact.name)
        if contact.is_awaited:
            yield self._words["awaited"]
        if contact.is_not_to_be_called:
            yield self._words["do_not_call"]
            yield self._words["why_no_call"]
        if contact.phone and contact.is_not_to_be_called:
            yield format_html(UNDER, contact.phone_written)
        elif contact.phone:
            yield format_html(CALL, contact.phone, contact.phone_written)
        if contact.is_phone_verified:
            yield self._words["verified"]
        if contact.email:
            yield format_html(MAIL, contact.email)

    def _claim(self, row: LeadRow) -> SafeString:
        """Return the way to the claim; to a draft of it also where its window has closed since."""
        if row.has_draft:
            return _link(BUTTON, "claim_details", row, self._words["draft"])
        if row.standing.can_be_claimed:
            return _link(BUTTON, "claim", row, self._words["claim"])
        return NOTHING

    def _options(self, chosen: str, can_be_claimed: bool) -> SafeString:
        """Return the choices of a status, drawn once for each, a refund among them (A12)."""
        key = chosen, can_be_claimed
        if key not in self._statuses:
            choices = [(value, str(label)) for value, label in LeadSale.Status.choices]
            refund = [(REQUEST_REFUND, _("Request refund"))] if can_be_claimed else []
            self._statuses[key] = options([*choices, *refund], chosen)
        return self._statuses[key]


def _labels() -> dict[str, str]:
    return {
        "label_lead": _("Lead"),
        "label_refund": _("Refund"),
        "label_status": _("Status"),
        "label_bought": _("Bought"),
        "save": _("Save"),
    }


def _words() -> dict[str, SafeString]:
    return {
        "awaited": format_html(QUIET, _("You get the details once they reply.")),
        "do_not_call": format_html(WARNING, _("Do not call")),
        "why_no_call": _under(_("They asked not to be called.")),
        "verified": _under(_("Phone verified")),
        "log": conditional_escape(_("Contact log")),
        "claim": conditional_escape(_("Request a refund")),
        "draft": conditional_escape(_("Draft saved: go on")),
    }


def _under(text: str) -> SafeString:
    return format_html(UNDER, text) if text else NOTHING


def _request(reference: str) -> SafeString:
    if not reference:
        return NOTHING
    return format_html(REQUEST, reverse("request_detail", args=[reference]), reference)


def _link(pattern: str, page: str, row: LeadRow, word: str) -> SafeString:
    return format_html(pattern, address(page, row.uuid), word, row.reference)
