"""Filing a claim: the verdict is shown before, and the machine screens it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import User
from leads.models import LeadSale
from leads.models.sale import LeadSaleQuerySet
from refunds import letters, reasons
from refunds.documents import policy_of, worded_policy_of
from refunds.models import ClaimDraft, RefundEvent, RefundRequest
from refunds.policy.codes import check
from refunds.policy.engine import judge
from refunds.policy.verdict import Verdict
from refunds.services import evidence, refusals
from refunds.services.change import RefundError, Stale, ensure_account_manager, record
from refunds.services.dates import end_of_day
from refunds.services.facts import facts_for_claim, policy_version_for
from refunds.services.screen import screen
from refunds.uploads import CleanFile

# The pro is told at the form, and of a file before it is sent; by other channels the same is a
# decline (X34), also for an answer that rules the reason out (C9b): the claim's own words refuse
# it, and nobody can ask back.
REFUSED_AT_THE_FORM = (
    "window_closed",
    "explanation_missing",
    "reason_not_offered",
    "details_missing",
    "answer_not_eligible",
)
BY_THE_PRO = (RefundRequest.Channel.PORTAL, RefundRequest.Channel.CSV)


class ClaimRefused(RefundError):
    """The claim can't be filed as it is; the text says why and what to do."""


class AlreadyRequested(RefundError):
    """There is a request for this sale; ``reference`` names it."""

    def __init__(self, live: RefundRequest) -> None:
        super().__init__(already_sentence(live))
        self.reference = live.reference


class DraftChanged(Stale):
    """The draft is not any more what its author looked at."""


class CommandReused(RefundError):
    """The form was sent before, with something else in it."""


def preview(
    *,
    sale: LeadSale,
    reason: str,
    explanation: str,
    details: Mapping[str, str],
    channel: str = RefundRequest.Channel.PORTAL,
    at: datetime | None = None,
    begun_at: datetime | None = None,
) -> Verdict:
    """Answer what the machine would say to a claim now; changes nothing."""
    facts = facts_for_claim(
        sale,
        reason=reason,
        submitted_at=at or timezone.now(),
        explanation=explanation,
        channel=channel,
        details=details,
        begun_at=begun_at,
    )
    return judge(facts, policy_of(policy_version_for(sale)))


def file_claim(
    *,
    sale_uuid: UUID,
    actor: User,
    command_id: UUID,
    reason: str,
    explanation: str,
    details: Mapping[str, str],
    files: Sequence[CleanFile] = (),
    draft: ClaimDraft | None = None,
    through: RefundRequest.Channel = RefundRequest.Channel.PORTAL,
) -> RefundRequest:
    """File a pro's claim for one of their sales and screen it (C1, C4, L5, X27, X35).

    Writes the request with its evidence, an event and a mail row for the receipt, and what the
    screening brings. The same ``command_id`` again returns the request that it filed. A ``draft``
    is used up: its files become evidence, and it tells when the claim was begun. ``through`` says
    whether it was typed into the portal or came in a file.

    Raises LeadSale.DoesNotExist for a sale that is not in the actor's account, ClaimRefused where
    the clock or the form stands against it, AlreadyRequested, DraftChanged, and CommandReused;
    nothing is changed then.
    """
    drafted = [one.sha256 for one in draft.files.all()] if draft else []
    form = _Form(
        command_id,
        actor,
        sale_uuid,
        reason,
        explanation.strip(),
        dict(details),
        digests=sorted([*(file.sha256 for file in files), *drafted]),
        draft=draft,
        through=through,
    )
    return _file_once(form, files)


def file_for_pro(
    *,
    sale_uuid: UUID,
    actor: User,
    command_id: UUID,
    reason: str,
    explanation: str,
    details: Mapping[str, str],
    reported_at: datetime,
) -> RefundRequest:
    """File what a pro reported to their account manager, and screen it (C3, X33, X34).

    The claim was made when the pro reported it, which the manager says; the event keeps that
    moment beside the one of typing. What the portal refuses at the form is a decline here.

    Raises NotAllowed for anybody but an account manager, LeadSale.DoesNotExist for a sale of
    somebody else's pro, ClaimRefused for a moment that can't be, AlreadyRequested, and
    CommandReused; nothing is changed then.
    """
    ensure_account_manager(actor)
    form = _Form(
        command_id,
        actor,
        sale_uuid,
        reason,
        explanation.strip(),
        dict(details),
        digests=[],
        reported_at=reported_at,
    )
    return _file_once(form, ())


def live_request(sale: LeadSale) -> RefundRequest | None:
    """Return the request that stands in the way of another one for the sale."""
    live = RefundRequest.objects.live().select_related("program", "policy_version")
    return live.filter(sale=sale).first()


def already_sentence(live: RefundRequest) -> str:
    """Say why a sale can't be claimed, and where its credit came without a claim, why (C26)."""
    if live.origin == RefundRequest.Origin.CLAIM:
        sentence = _("There is a request for this lead: %(reference)s. A lead is claimed once.")
        return sentence % {"reference": live.reference}
    sentence = _(
        "We credited this lead on %(at)s without a claim of yours, and a lead is credited once. "
        "The reason: %(reason)s (%(reference)s)."
    )
    return sentence % {
        "at": formats.instant(live.decided_at or live.submitted_at, live.program),
        "reason": reasons.label(live),
        "reference": live.reference,
    }


def draft_changed_sentence() -> str:
    """Say that a draft is not the one that its author looked at."""
    return _(
        "This claim was changed in another window since you opened this page. Look at it again "
        "before you send it."
    )


def insert(request: RefundRequest) -> None:
    """Save a new request; the database's constraint decides who came first.

    Locks its sale first, as the sweep does that credits by itself: else each could wait for the
    other. A refusal after which the sale may be claimed again gives way. Raises AlreadyRequested.
    """
    LeadSale.objects.locked().get(pk=request.sale_id)
    refusals.give_way(request.sale)
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        live = live_request(request.sale)
        if live is None:
            raise
        raise AlreadyRequested(live) from None


@dataclass(frozen=True)
class _Form:
    command_id: UUID
    actor: User
    sale_uuid: UUID
    reason: str
    explanation: str
    details: dict[str, str]
    digests: list[str]
    reported_at: datetime | None = None
    draft: ClaimDraft | None = field(default=None, compare=False)
    through: RefundRequest.Channel = RefundRequest.Channel.PORTAL

    @property
    def begun_at(self) -> datetime | None:
        """When the claim was begun, where it was a draft: when that first told what happened."""
        return self.draft.worded_at if self.draft else None

    @property
    def channel(self) -> RefundRequest.Channel:
        """By whose hand it came: the pro's own, or the account manager's."""
        return RefundRequest.Channel.ACCOUNT_MANAGER if self.reported_at else self.through


def _file_once(form: _Form, files: Sequence[CleanFile]) -> RefundRequest:
    if filed := _filed_before(form):
        return filed
    try:
        return _file(form, files)
    except (AlreadyRequested, IntegrityError, LeadSale.DoesNotExist):
        # A double click: the other one of the two was quicker by a moment. What it filed may have
        # taken the lead out of the account (L22).
        if filed := _filed_before(form):
            return filed
        raise


def _file(form: _Form, files: Sequence[CleanFile]) -> RefundRequest:
    sale = _sales_for(form).attached().with_lead().get(uuid=form.sale_uuid)
    with evidence.stored(files) as names, transaction.atomic():
        LeadSale.objects.locked().get(pk=sale.pk)  # no attempt is taken back meanwhile (C21)
        at = timezone.now()
        _refuse_a_second_request(sale)
        _refuse_a_report_out_of_time(form, sale, at)
        _refuse_what_the_system_raises(form, sale)
        _refuse_an_unknown_category(form, sale)
        verdict = preview(
            sale=sale,
            reason=form.reason,
            explanation=form.explanation,
            details=form.details,
            channel=form.channel,
            at=form.reported_at or at,
            begun_at=form.begun_at,
        )
        if form.channel in BY_THE_PRO:
            _refuse_at_the_form(verdict, sale)
        request = _new_request(form, sale, verdict, form.reported_at or at)
        insert(request)
        evidence.attach(request, files, names, actor=form.actor, at=at)
        _use_up(form.draft, request, at=at)
        _record_filing(request, form, files=len(form.digests), at=at)
        screen(request, verdict, at=at)
    return request


def _filed_before(form: _Form) -> RefundRequest | None:
    filed = (
        RefundRequest.objects.select_related("sale", "filed_by")
        .filter(command_id=form.command_id)
        .first()
    )
    if filed is None:
        return None
    is_by_the_pro = filed.channel in BY_THE_PRO
    before = _Form(
        filed.command_id,
        filed.filed_by,
        filed.sale.uuid,
        filed.reason,
        filed.explanation,
        filed.details,
        digests=sorted(
            filed.evidence.filter(uploaded_at=filed.submitted_at).values_list("sha256", flat=True)
        ),
        reported_at=None if is_by_the_pro else filed.submitted_at,
        through=RefundRequest.Channel(filed.channel) if is_by_the_pro else form.through,
    )
    if before != form:
        raise CommandReused(
            _("This form was sent before with other answers. Open it anew from the lead.")
        )
    return filed


def _sales_for(form: _Form) -> LeadSaleQuerySet:
    if form.channel in BY_THE_PRO:
        return LeadSale.objects.visible_to(form.actor)
    return LeadSale.objects.filter(pro__account_manager=form.actor)


def _new_request(form: _Form, sale: LeadSale, verdict: Verdict, at: datetime) -> RefundRequest:
    return RefundRequest(
        command_id=form.command_id,
        program=sale.lead.program,
        pro=sale.pro,
        sale=sale,
        policy_version=policy_version_for(sale),
        channel=form.channel,
        filed_by=form.actor,
        reason=form.reason,
        explanation=form.explanation,
        details=form.details,
        submitted_at=at,
        begun_at=form.begun_at,
        checks=[one.as_json() for one in verdict.checks],
        credit_cents=verdict.credit_cents,
        target_on=verdict.target_on,
        limit_on=verdict.limit_on,
        due_at=end_of_day(sale.lead.program, verdict.limit_on),
    )


def _use_up(draft: ClaimDraft | None, request: RefundRequest, *, at: datetime) -> None:
    """Take the draft's files over and delete it, if it is still as it was read; else refuse."""
    if draft is None:
        return
    unchanged = ClaimDraft.objects.filter(pk=draft.pk, saved_at=draft.saved_at)
    locked = unchanged.select_for_update().first()
    if locked is None:
        raise DraftChanged(draft_changed_sentence())
    evidence.take_over(request, locked, at=at)
    locked.delete()


def _refuse_a_second_request(sale: LeadSale) -> None:
    """Say that there is a request before what else is wrong with another one (C26)."""
    if live := live_request(sale):
        raise AlreadyRequested(live)


def _refuse_a_report_out_of_time(form: _Form, sale: LeadSale, at: datetime) -> None:
    if form.reported_at and form.reported_at > at:
        raise ClaimRefused(_("The pro can't have reported this in the future: check the time."))
    if form.reported_at and form.reported_at < sale.sold_at:
        raise ClaimRefused(_("The pro can't have reported this before the lead was sold to them."))


def _refuse_what_the_system_raises(form: _Form, sale: LeadSale) -> None:
    """An automatic reason has no window and needs no words: no person claims by it (P2)."""
    version = policy_version_for(sale)
    if form.reason not in policy_of(version).automatic_reasons:
        return
    told = check("reason_not_offered", reason=form.reason).as_json()
    program, policy = sale.lead.program, worded_policy_of(version)
    [line] = letters.lines_for([told], program=program, policy=policy)
    raise ClaimRefused(line.sentence)


def _refuse_an_unknown_category(form: _Form, sale: LeadSale) -> None:
    """A category that is none would be taken for one that the pro doesn't take (C11)."""
    reason = policy_of(policy_version_for(sale)).reason(form.reason)
    details = reason.details if reason else ()
    named = {form.details.get(one.name, "").strip() for one in details if one.kind == "category"}
    for code in named - {""}:
        if not sale.lead.program.categories.filter(code=code).exists():
            raise ClaimRefused(_("“%(code)s” is no category of this program.") % {"code": code})


def _refuse_at_the_form(verdict: Verdict, sale: LeadSale) -> None:
    against = [one for one in verdict.checks if one.code in REFUSED_AT_THE_FORM]
    if against:
        lines = letters.lines_for(
            [one.as_json() for one in against],
            program=sale.lead.program,
            policy=worded_policy_of(policy_version_for(sale)),
        )
        raise ClaimRefused(" ".join(line.sentence for line in lines))


def _record_filing(request: RefundRequest, form: _Form, *, files: int, at: datetime) -> None:
    reported = {"reported_at": form.reported_at.isoformat()} if form.reported_at else {}
    record(
        request,
        kind=RefundEvent.Kind.FILED,
        actor=request.filed_by,
        at=at,
        from_state="",
        data={"files": files, **reported},
    )
