"""What the lead's seller answered (A18 to A23, X16, X17)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import CODES, check
from refunds.policy.document import Reason
from refunds.policy.facts import Finding
from refunds.policy.moments import iso
from refunds.policy.verdict import Check


def seller(case: Case, reason: Reason) -> Iterator[Check]:
    """The latest answer counts; where none ever came, the team decides on evidence (X17).

    Where the seller is only heard, a refusal is kept and brings nothing.
    """
    if case.policy.seller_consent == "none":
        return
    required, said = case.policy.seller_consent == "required", answer(case)
    if said is None and required:
        yield check("awaiting_seller")
    elif said and said.result == "supports":
        yield check("seller_agreed", **_told(said))
    elif said and said.result == "contradicts":
        outcome = CODES["seller_refused"].outcome if required else None
        yield Check("seller_refused", outcome, "seller", _told(said))


def answer(case: Case) -> Finding | None:
    """The seller's latest answer, where the program asks its sellers at all.

    A silence (inconclusive) takes back no answer: who refused, and is silent when the case is put
    to them again, still refuses (A23).
    """
    if case.policy.seller_consent == "none":
        return None
    heard = [finding for finding in case.facts.established if finding.kind == "seller_answer"]
    said = [finding for finding in heard if finding.result != "inconclusive"] or heard
    return said[-1] if said else None


def _told(said: Finding) -> dict[str, str]:
    return {"found_at": iso(said.at)} if said.at else {}
