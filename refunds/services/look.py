"""All that a case page shows of the books, read once together with what the policy says to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from leads.models import ContactAttempt, LeadSale
from refunds.documents import policy_of
from refunds.models import Finding, RefundRequest
from refunds.policy.engine import judge
from refunds.policy.verdict import Verdict
from refunds.services.facts import Books, read_for_decision


@dataclass(frozen=True)
class Look:
    """What the policy says to a request now, and the rows that it says so by.

    ``same_contact``: what else was sold of the contact, newest first; ``categories``: the names of
    the program's categories by their codes; ``wanted``: the codes that the campaign takes.
    """

    verdict: Verdict
    attempts: Sequence[ContactAttempt]
    findings: Sequence[Finding]
    same_contact: Sequence[LeadSale]
    categories: Mapping[str, str]
    wanted: frozenset[str]


def look_at(request: RefundRequest) -> Look:
    """Judge a request as it stands and keep what was read for it, in 8 queries; changes nothing."""
    read = read_for_decision(request)
    books = read.books
    return Look(
        verdict=judge(read.facts, policy_of(request.policy_version)),
        attempts=books.attempts[request.sale_id],
        findings=read.findings,
        same_contact=_others(request, books),
        categories={price.category: price.name for price in books.prices[request.program_id]},
        wanted=read.facts.pro.categories,
    )


def _others(request: RefundRequest, books: Books) -> list[LeadSale]:
    bought = chain.from_iterable(books.same.values())
    others = [sale for sale in bought if sale.pk != request.sale_id]
    return sorted(others, key=lambda sale: (sale.sold_at, sale.pk), reverse=True)
