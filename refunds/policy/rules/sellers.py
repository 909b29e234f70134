"""What the lead's seller answered (A18 to A23, X16, X17)."""

from collections.abc import Iterator

from refunds.policy.codes import CODES, check
from refunds.policy.document import Policy, Reason
from refunds.policy.facts import Facts, Finding
from refunds.policy.verdict import Check


def seller(facts: Facts, policy: Policy, reason: Reason) -> Iterator[Check]:
    """The latest answer counts; after a silence (inconclusive) the team decides on evidence.

    Where the seller is only heard, a refusal is kept and brings nothing.
    """
    if policy.seller_consent == "none":
        return
    required, said = policy.seller_consent == "required", answer(facts, policy)
    if said is None and required:
        yield check("awaiting_seller")
    elif said and said.result == "supports":
        yield check("seller_agreed")
    elif said and said.result == "contradicts":
        outcome = CODES["seller_refused"].outcome if required else None
        yield Check("seller_refused", outcome, "seller")


def answer(facts: Facts, policy: Policy) -> Finding | None:
    """The seller's latest answer, where the program asks its sellers at all."""
    if policy.seller_consent == "none":
        return None
    answers = [finding for finding in facts.established if finding.kind == "seller_answer"]
    return answers[-1] if answers else None
