"""Approving against the contact's word, which is usually final and takes a reason (L13)."""

from dataclasses import replace

from django.utils.translation import gettext as _

from leads.models import Lead
from refunds.models import Finding, RefundRequest
from refunds.policy.rules.details import visible_length
from refunds.policy.verdict import Check, Outcome, Verdict
from refunds.services.change import RefundError

CONTRADICTED = "contact_contradicts"
MIN_LENGTH = 20


class OverrideRefused(RefundError):
    """More than the contact's word stands against the claim, nothing is for it, or no reason."""


def may_override(request: RefundRequest, verdict: Verdict) -> bool:
    """Say whether only the contact's word stands against a claim that a finding supports.

    Never for a live call, which its recording decides (L14). Reads the findings.
    """
    against = {one.code for one in verdict.checks if one.outcome not in (None, Outcome.APPROVE)}
    if against != {CONTRADICTED} or request.sale.lead.kind == Lead.Kind.LIVE_CALL:
        return False
    ours = request.findings.exclude(kind=Finding.Kind.SELLER_ANSWER)
    return ours.filter(result=Finding.Result.SUPPORTS).exists()


def with_override(request: RefundRequest, verdict: Verdict, words: str) -> Verdict:
    """Return the verdict approved, its contradiction kept beside the words that set it aside.

    Unchanged without words. Raises OverrideRefused where ``may_override`` says no, and for a
    reason that is too short.
    """
    reason = words.strip()
    if not reason:
        return verdict
    if not may_override(request, verdict):
        raise OverrideRefused(
            _(
                "The contact's word can be set aside only where a finding of ours supports the "
                "claim and nothing else stands against it. That is not so here."
            )
        )
    if visible_length(reason) < MIN_LENGTH:
        raise OverrideRefused(
            _("Give a reason of at least %(count)d characters: the pro reads it.")
            % {"count": MIN_LENGTH}
        )
    checks = tuple(_set_aside(one, reason) for one in verdict.checks)
    return replace(verdict, outcome=Outcome.APPROVE, checks=checks)


def _set_aside(one: Check, reason: str) -> Check:
    if one.code != CONTRADICTED:
        return one
    return replace(one, outcome=None, fact={**one.fact, "override": reason})
