"""Facts to start from: a claim in time, with nothing for it and nothing against it."""

from dataclasses import replace
from datetime import datetime, timedelta

from refunds.policy.document import Policy, load_preset
from refunds.policy.facts import Attempt, Claim, EarlierSale, Facts, Finding, Pro, Sale

SOLD_AT = datetime.fromisoformat("2026-03-02T09:00:00-05:00")


def policy(code: str = "conxpros", **changes: object) -> Policy:
    return load_preset(code).model_copy(update=changes)


def sale(**changes: object) -> Sale:
    plain = Sale(
        sold_at=SOLD_AT,
        price_cents=5000,
        kind="web",
        category="roofing",
        postal_code="30301",
        job_date=None,
        quote=None,
        contact_revealed_at=SOLD_AT,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the names are the tests' own


def claim(reason: str = "looking_for_work", **changes: object) -> Claim:
    plain = Claim(
        reason=reason,
        submitted_at=SOLD_AT + timedelta(days=1),
        explanation="They asked whether we are hiring.",
        channel="portal",
        details={},
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the names are the tests' own


def facts(**changes: object) -> Facts:
    plain = Facts(
        stage="filing",
        sale=sale(),
        pro=Pro(frozenset({"roofing"}), ("30301", "3031*")),
        prices={"roofing": 5000, "siding": 3000, "solar": 8000},
        owner_approval_categories=frozenset({"roofing"}),
        earlier_sales=(),
        attempts=(),
        claim=claim(),
        findings=(),
        credited_cents=0,
        exception=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the names are the tests' own


def decided(*findings: tuple[str, str], **changes: object) -> Facts:
    found = tuple(Finding(kind, result) for kind, result in findings)
    return facts(stage="decision", findings=found, **changes)


def earlier(sold_at: str, **changes: object) -> EarlierSale:
    plain = EarlierSale(
        sold_at=datetime.fromisoformat(sold_at),
        category="roofing",
        same_contact=True,
        same_request=True,
        charged=True,
        credited=False,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the names are the tests' own


def attempt(at: str, channel: str = "call", by: str = "pro", reached: bool = False) -> Attempt:
    return Attempt(datetime.fromisoformat(at), channel, by, reached)
