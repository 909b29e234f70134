"""Drafts of claims: kept as they are typed, and sent once (design §10; A12, L4, L5, X35).

A draft belongs to one author and one sale. Only its author sees it, and only while the lead is in
their account. Files are written before a transaction and taken away after it (trap 16).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from leads.models import LeadSale
from refunds.claim_forms import ClaimForm
from refunds.documents import policy_of, worded_policy_of
from refunds.models import ClaimDraft, DraftFile, RefundRequest
from refunds.policy.document import Policy, Reason
from refunds.policy.rules.details import visible_length
from refunds.services import draft_ends, evidence, file
from refunds.services.change import RefundError
from refunds.services.facts import policy_version_for
from refunds.services.file import (
    AlreadyRequested,
    ClaimRefused,
    DraftChanged,
    draft_changed_sentence,
)
from refunds.services.windows import sold, terms_for
from refunds.uploads import CleanFile

KEPT_AFTER_THE_WINDOW = timedelta(days=30)
LONGEST_EXPLANATION = 20_000  # characters; more than the form takes, so that nothing is cut there
LONGEST_ANSWER = 2_000
CHUNK = 500


class NothingBegun(RefundError):
    """There is no draft to go on with."""


class FileRefused(RefundError):
    """The file can't be added to the draft."""


def open_for(user: User) -> QuerySet[ClaimDraft]:
    """Return a person's drafts that can still be sent as far as the books go, last saved first.

    Not those of leads that were claimed meanwhile (C26) or left the account (L22).
    """
    live = RefundRequest.objects.live().filter(sale=OuterRef("sale"))
    mine = ClaimDraft.objects.filter(
        author=user, sale__pro__memberships__user=user, sale__detached_at__isnull=True
    )
    return (
        mine.exclude(Exists(live))
        .select_related("sale__lead__program", "sale__lead__category", "sale__lead__contact")
        .select_related("sale__pro")
        .order_by("-saved_at", "-pk")
    )


def of(user: User) -> "Prefetch[str]":
    """Return what brings along a person's own draft of each sale, as ``sale.drafts.all()``."""
    return Prefetch("drafts", ClaimDraft.objects.filter(author=user))


def draft_of(sale: LeadSale, user: User) -> ClaimDraft | None:
    """Return a person's draft for a sale, with its files."""
    drafts = ClaimDraft.objects.filter(sale=sale, author=user)
    return drafts.prefetch_related(Prefetch("files", DraftFile.objects.order_by("pk"))).first()


def form_of(
    sale: LeadSale,
    policy: Policy,
    reason: Reason,
    data: Mapping[str, object] | None,
    **kwargs: object,
) -> ClaimForm:
    """Return the form with the questions of a reason, in the policy's words."""
    asks_category = any(detail.kind == "category" for detail in reason.details)
    categories = sale.lead.program.categories.order_by("name")
    return ClaimForm(
        data,
        policy=policy,
        reason=reason,
        categories=list(categories.values_list("code", "name")) if asks_category else [],
        today=timezone.now().astimezone(policy.zone).date(),
        **kwargs,
    )


def keep(
    *,
    sale_uuid: UUID,
    actor: User,
    reason: str | None = None,
    explanation: str | None = None,
    details: Mapping[str, str] | None = None,
    edition: int = 0,
    may_be_late: bool = False,
) -> ClaimDraft:
    """Keep what was typed of a claim, good or bad; what isn't given stays as it was (A12, L4).

    The first reason begins the draft. When it first says enough of what happened is kept, and
    never moves: that may be what makes the claim in time. Answers to another reason's questions
    are kept as well. ``edition`` is the one typed over; what may come late replaces no newer one.

    Raises LeadSale.DoesNotExist for a sale that is not in the actor's account, ClaimRefused for a
    reason that isn't offered and for a lead that is closed for new claims (L5), NothingBegun
    without any reason, DraftChanged, and AlreadyRequested (C26); nothing is changed then.
    """
    sale = _sale(sale_uuid, actor)
    policy = policy_of(policy_version_for(sale))
    if reason is not None:
        _ensure_offered(policy, sale, reason)
    with transaction.atomic():
        LeadSale.objects.locked().get(pk=sale.pk)
        if live := file.live_request(sale):
            raise AlreadyRequested(live)
        at = timezone.now()
        mine = ClaimDraft.objects.filter(sale=sale, author=actor)
        draft = mine.first() or _new(sale, actor, policy, reason or "", at)
        if may_be_late and edition < draft.edition:
            raise DraftChanged(draft_changed_sentence())
        if explanation is not None or details or reason not in (None, draft.reason):
            draft.edition = max(draft.edition, edition) + 1
        _write(draft, reason, explanation, details or {})
        draft.worded_at = draft.worded_at or (at if _says_enough(draft, policy) else None)
        draft.saved_at = at
        draft.save()
    return draft


def add_file(*, sale_uuid: UUID, actor: User, file: CleanFile) -> DraftFile:
    """Keep a file with the actor's draft (A12); one that is there already stays as it is.

    Raises LeadSale.DoesNotExist, NothingBegun, and FileRefused where there are enough.
    """
    draft = _draft(sale_uuid, actor)
    if there := draft.files.filter(sha256=file.sha256).first():
        return there
    at = timezone.now()
    with evidence.stored([file]) as names, transaction.atomic():
        locked = _locked(draft)
        if locked.files.filter(sha256=file.sha256).exists():
            raise FileRefused(_("“%(name)s” is there already.") % {"name": file.name})
        if locked.files.count() >= settings.EVIDENCE_MAX_FILES:
            raise FileRefused(no_room_for(file.name))
        added = DraftFile.objects.create(
            draft=locked,
            file=names[0],
            original_name=file.name,
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            uploaded_at=at,
        )
        _touch(locked, at)
    return added


def has_room(*, sale_uuid: UUID, actor: User) -> bool:
    """Return whether the actor's draft takes another file; raises as ``add_file`` does."""
    return _draft(sale_uuid, actor).files.count() < settings.EVIDENCE_MAX_FILES


def no_room_for(name: str) -> str:
    """Say that a file is one too many."""
    return ngettext(
        "“%(name)s” is one too many: send at most %(count)d file.",
        "“%(name)s” is one too many: send at most %(count)d files.",
        settings.EVIDENCE_MAX_FILES,
    ) % {"name": name, "count": settings.EVIDENCE_MAX_FILES}


def remove_file(*, sale_uuid: UUID, actor: User, file_uuid: UUID) -> None:
    """Take a file away from the actor's draft, for good.

    Raises LeadSale.DoesNotExist, NothingBegun, and DraftFile.DoesNotExist.
    """
    draft = _draft(sale_uuid, actor)
    with transaction.atomic():
        locked = _locked(draft)
        gone = locked.files.get(uuid=file_uuid)
        name = gone.file.name or ""
        gone.delete()
        _touch(locked, timezone.now())
    _take_away([name])


def submit(
    *, sale_uuid: UUID, actor: User, command_id: UUID, saved_at: datetime | None = None
) -> RefundRequest:
    """File the actor's draft: one transaction in which its files become the evidence (L5).

    The same ``command_id`` again returns the request that it filed. ``saved_at`` is the state of
    the draft that the actor looked at.

    Raises LeadSale.DoesNotExist, NothingBegun, DraftChanged where it is another draft than the one
    looked at, ClaimRefused where the clock or the answers stand against it, and AlreadyRequested;
    the draft is as it was then.
    """
    sent = RefundRequest.objects.visible_to(actor).filter(
        command_id=command_id, filed_by=actor, sale__uuid=sale_uuid
    )
    if filed := sent.first():
        return filed
    try:
        return _submit(sale_uuid, actor, command_id, saved_at)
    except (RefundError, LeadSale.DoesNotExist):
        # The other one of two clicks was quicker by a moment, and took the draft with it; what it
        # filed may have taken the lead out of the account as well (L22).
        if filed := sent.first():
            return filed
        raise


def discard(*, sale_uuid: UUID, actor: User) -> bool:
    """Throw the actor's draft away with its files; return whether there was one.

    Raises LeadSale.DoesNotExist, and ClaimRefused in the grace: no other could be begun (L5).
    """
    sale = _sale(sale_uuid, actor)
    mine = ClaimDraft.objects.filter(sale=sale, author=actor)
    policy, at = policy_of(policy_version_for(sale)), timezone.now()
    if any(draft_ends.is_in_grace(draft, sale, policy, at) for draft in mine):
        raise ClaimRefused(
            _("You began this in time, and it is too late to begin anew. Change it instead.")
        )
    return _delete(mine) > 0


def delete_forgotten() -> int:
    """Delete the drafts that were not saved for 30 days after their windows closed; return how
    many. A draft that somebody saves meanwhile stays."""
    at, deleted, after = timezone.now(), 0, 0
    old = ClaimDraft.objects.filter(saved_at__lt=at - KEPT_AFTER_THE_WINDOW)
    while chunk := list(
        old.filter(pk__gt=after).select_related("sale__lead").order_by("pk")[:CHUNK]
    ):
        after = chunk[-1].pk
        deleted += _delete(old.filter(pk__in=_closed_long_ago(chunk, at)))
    return deleted


def _submit(
    sale_uuid: UUID, actor: User, command_id: UUID, saved_at: datetime | None
) -> RefundRequest:
    sale = _sale(sale_uuid, actor)
    draft = draft_of(sale, actor)
    if draft is None:
        raise NothingBegun(_("Nothing of this claim is kept any more. Begin it again."))
    if draft.command_id != command_id or (saved_at and saved_at != draft.saved_at):
        raise DraftChanged(draft_changed_sentence())
    policy = worded_policy_of(policy_version_for(sale))
    reason = policy.reason_for(draft.reason, sale.lead.kind)
    if reason is None:
        raise ClaimRefused(_("Choose one of the reasons of this program."))
    form = form_of(sale, policy, reason, data_of(draft))
    if not form.is_valid():
        raise ClaimRefused(
            " ".join(str(told) for errors in form.errors.values() for told in errors)
        )
    return file.file_claim(
        sale_uuid=sale_uuid,
        actor=actor,
        command_id=command_id,
        reason=reason.code,
        explanation=form.cleaned_data["explanation"],
        details=form.details,
        draft=draft,
    )


def data_of(draft: ClaimDraft) -> dict[str, str]:
    """Return a draft as its form sends it."""
    answers = {f"detail_{name}": value for name, value in draft.details.items()}
    return {**answers, "explanation": draft.explanation}


def _sale(sale_uuid: UUID, actor: User) -> LeadSale:
    return LeadSale.objects.visible_to(actor).attached().with_lead().get(uuid=sale_uuid)


def _draft(sale_uuid: UUID, actor: User) -> ClaimDraft:
    draft = ClaimDraft.objects.filter(sale=_sale(sale_uuid, actor), author=actor).first()
    if draft is None:
        raise NothingBegun(_("Choose a reason first."))
    return draft


def _locked(draft: ClaimDraft) -> ClaimDraft:
    locked = ClaimDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None:
        raise NothingBegun(_("Nothing of this claim is kept any more. Begin it again."))
    return locked


def _touch(draft: ClaimDraft, at: datetime) -> None:
    draft.saved_at = at
    draft.save(update_fields=["saved_at"])


def _new(sale: LeadSale, actor: User, policy: Policy, reason: str, at: datetime) -> ClaimDraft:
    if not reason:
        raise NothingBegun(_("Choose a reason first."))
    if draft_ends.is_too_late(sale, policy, at):
        raise ClaimRefused(_("This lead can't be refunded any more."))
    return ClaimDraft(sale=sale, author=actor, reason=reason, begun_at=at)


def _write(
    draft: ClaimDraft, reason: str | None, explanation: str | None, details: Mapping[str, str]
) -> None:
    draft.reason = reason or draft.reason
    if explanation is not None:
        draft.explanation = _kept(explanation, LONGEST_EXPLANATION)
    draft.details = {**draft.details, **_kept_answers(details)}


def _says_enough(draft: ClaimDraft, policy: Policy) -> bool:
    return visible_length(draft.explanation) >= policy.explanation_min_length


def _ensure_offered(policy: Policy, sale: LeadSale, code: str) -> None:
    if code not in {reason.code for reason in policy.offered_for(sale.lead.kind)}:
        raise ClaimRefused(_("Choose one of the reasons of this program."))


def _kept(text: str, longest: int) -> str:
    # PostgreSQL keeps no NUL, and the form refuses it (trap 30).
    return text.replace("\x00", "")[:longest]


def _kept_answers(details: Mapping[str, str]) -> dict[str, str]:
    return {name: _kept(value, LONGEST_ANSWER) for name, value in details.items()}


def _closed_long_ago(drafts: Sequence[ClaimDraft], at: datetime) -> list[int]:
    terms = terms_for([sold(draft.sale) for draft in drafts])
    windows = [(draft.pk, terms.window(sold(draft.sale))) for draft in drafts]
    limit = at - KEPT_AFTER_THE_WINDOW
    return [pk for pk, opening in windows if opening is None or opening.is_closed(limit)]


def _delete(drafts: QuerySet[ClaimDraft]) -> int:
    """Delete drafts with their rows of files, and what was stored for them after that."""
    with transaction.atomic():
        pks = list(drafts.select_for_update().values_list("pk", flat=True))
        files = DraftFile.objects.filter(draft__in=pks)
        names = list(files.values_list("file", flat=True))
        files.delete()
        ClaimDraft.objects.filter(pk__in=pks).delete()
    _take_away(names)
    return len(pks)


def _take_away(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
