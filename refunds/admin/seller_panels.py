"""What the case page shows of the seller's case and of the recordings, already in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_fsm import can_proceed

from accounts import formats
from leads.models import Lead
from refunds.admin import labels
from refunds.admin.panels import Moment, Rows
from refunds.models import RefundRequest, SellerCase, SellerMessage
from refunds.policy.verdict import Verdict
from refunds.services.decide import may_be_goodwill
from refunds.services.investigate import may_add_finding
from refunds.services.sellers import MAY_BE_PUT, can_answer_late

LAST_CASES = 20
SILENCE_COUNTS_DAYS = 90

Status, Answer = SellerCase.Status, SellerMessage.Answer

LOOKS: Mapping[str, str] = {
    Status.PREPARED: labels.PLAIN,
    Status.ASKED: labels.INFO,
    Status.AGREED: labels.GOOD,
    Status.REFUSED: labels.BAD,
    Status.SILENT: labels.WARN,
}
SIDES: Mapping[str, str] = {Answer.AGREES: "supports", Answer.REFUSES: "contradicts"}


@dataclass(frozen=True)
class SellerPanel:
    """A case before the seller: where it stands, who the seller is, and what was said.

    `mark` is set for a seller who let a case's time pass lately, in whatever case (X17).
    """

    status: labels.Tag
    mark: labels.Tag | None
    rows: Rows
    guidelines: str
    thread: list[Moment]


def case_of(request: RefundRequest) -> SellerCase | None:
    """Return the seller's case of a request, if the program asks its sellers."""
    return SellerCase.objects.select_related("seller", "recovery").filter(request=request).first()


def steps(request: RefundRequest, case: SellerCase | None, verdict: Verdict) -> dict[str, bool]:
    """Return which steps about the seller and the recording the request allows."""
    status = case.status if case else ""
    may_put = can_proceed(request.put_to_seller)
    return {
        "seller_ask": may_put and status in MAY_BE_PUT,
        "seller_reappeal": may_put and status == Status.REFUSED,
        "seller_answer": case is not None
        and (can_proceed(request.hear_seller) or can_answer_late(request, case)),
        "goodwill": can_proceed(request.approve) and may_be_goodwill(verdict),
        "recording": may_attach(request),
        "mark": may_attach(request),
    }


def may_attach(request: RefundRequest) -> bool:
    """Say whether the recording of the request's call can still count."""
    return may_add_finding(request) and request.sale.lead.kind == Lead.Kind.LIVE_CALL


def seller(request: RefundRequest, case: SellerCase | None) -> SellerPanel | None:
    """Return the panel of a case; None where the program asks no seller."""
    if case is None:
        return None
    return SellerPanel(
        status=labels.Tag(str(case.get_status_display()), LOOKS[case.status]),
        mark=_mark(case),
        rows=_rows(request, case),
        guidelines=case.seller.guidelines,
        thread=[
            _moment(message, request)
            for message in case.messages.select_related("author").order_by("at", "pk")
        ],
    )


def _mark(case: SellerCase) -> labels.Tag | None:
    lately = timezone.now() - timedelta(days=SILENCE_COUNTS_DAYS)
    if SellerCase.objects.put_to(case.seller).unanswered_since(lately).exists():
        return labels.Tag(_("Non-responsive"), labels.WARN)
    return None


def _silence(case: SellerCase) -> str:
    """Say in how many of the seller's last cases the time to answer passed."""
    put_to = SellerCase.objects.put_to(case.seller).order_by("-opened_at", "-pk")
    last = put_to[:LAST_CASES].silences()
    return _("%(silent)d of the last %(cases)d cases") % {"silent": sum(last), "cases": len(last)}


def _rows(request: RefundRequest, case: SellerCase) -> Rows:
    rows = [
        (_("Seller"), str(case.seller)),
        (_("E-mail"), case.seller.email or _("none: the team passes the case on")),
        (_("Put to the seller"), _times(case.rounds)),
        (_("Did not answer"), _silence(case)),
    ]
    if case.status == Status.ASKED and case.answer_due_at:
        until = formats.instant(case.answer_due_at, request.program)
        rows.append((_("Answer due by"), until))
    if case.recovery:
        amount = formats.money(case.recovery.amount_cents, request.program)
        given_back = _("%s, given back since") if case.recovery_returned_id else "%s"
        rows.append((_("Recovered"), given_back % amount))
    return rows


def _times(count: int) -> str:
    return ngettext("%(n)d time", "%(n)d times", count) % {"n": count}


def _moment(message: SellerMessage, request: RefundRequest) -> Moment:
    answered = f": {message.get_answer_display().lower()}" if message.answer else ""
    return Moment(
        at=message.at,
        when=formats.instant(message.at, request.program),
        what=f"{message.get_direction_display()}{answered}",
        who=str(message.author),
        words=message.text,
        side=SIDES.get(message.answer, "team" if not message.answer else ""),
    )
