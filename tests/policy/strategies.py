"""Any facts at all, for any preset: what the engine has to answer whatever it is told."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from refunds.policy.document import Policy, Reason, load_preset, preset_codes
from refunds.policy.facts import (
    Attempt,
    Claim,
    DeclaredEvent,
    EarlierSale,
    Facts,
    Finding,
    Pro,
    Quote,
    Sale,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
CATEGORIES = ("roofing", "siding", "solar", "gutters")
POSTAL_CODES = ("30301", "30318", "90210", "30301-1234", " 106 ", "")
AREAS = ("30301", "303*", "1*", "*", "10001")
CAUSES = ("hurricane", "natural_disaster", "outage", "other")
ANSWERS = ("", " ", "roofing", "siding", "30301", "90210", "2026-02-01", "2026-13-40", "17", "\0")

policies = st.sampled_from([load_preset(code) for code in preset_codes()])
moments = st.timedeltas(timedelta(0), timedelta(days=400)).map(lambda passed: START + passed)
days = st.dates(date(2025, 11, 1), date(2027, 3, 1))
cents = st.integers(0, 10_000)
one_category = st.sampled_from(CATEGORIES)


@st.composite
def events(draw: st.DrawFn) -> DeclaredEvent:
    """An event of up to ten days."""
    starts_on, lasts = draw(days), draw(st.integers(0, 9))
    cause = draw(st.sampled_from(CAUSES))
    return DeclaredEvent("Ida", cause, starts_on, starts_on + timedelta(days=lasts))


quotes = st.builds(Quote, moments, st.none() | moments, st.none() | moments)
attempts = st.builds(
    Attempt,
    moments,
    st.sampled_from(["call", "text", "email"]),
    st.sampled_from(["pro", "team"]),
    st.booleans(),
)
finding_kinds = st.sampled_from(
    ["history", "recording", "contact_call", "contact_message", "seller_answer"]
)
finding_results = st.sampled_from(["supports", "contradicts", "inconclusive"])
findings = st.builds(Finding, finding_kinds, finding_results)
earlier_sales = st.builds(
    EarlierSale,
    moments,
    one_category,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
sales = st.builds(
    Sale,
    sold_at=moments,
    price_cents=st.integers(1, 10_000),
    kind=st.sampled_from(["web", "live_call"]),
    category=one_category,
    postal_code=st.sampled_from(POSTAL_CODES),
    job_date=st.none() | days,
    quote=st.none() | quotes,
    contact_revealed_at=st.none() | moments,
)


@st.composite
def claims(draw: st.DrawFn, policy: Policy, sold_at: datetime) -> Claim:
    """A claim at most 50 days after the sale, mostly with one of the policy's reasons."""
    reason = draw(st.sampled_from(policy.reasons))
    since_sale = st.timedeltas(timedelta(0), timedelta(days=50))
    code = draw(st.sampled_from([reason.code, reason.code, reason.code, "bad_mood"]))
    return Claim(
        reason=code,
        submitted_at=sold_at + draw(since_sale),
        explanation=draw(st.sampled_from(["", "Nobody of that name lives there."])),
        channel=draw(
            st.sampled_from(["portal", "account_manager", "csv", "api", "team", "system"])
        ),
        details=draw(answers(reason)),
        begun_at=draw(st.none() | since_sale.map(lambda passed: sold_at + passed)),
    )


def answers(reason: Reason) -> st.SearchStrategy[dict[str, str]]:
    """Answers to the reason's questions, good ones and bad ones."""
    wanted = {
        detail.name: st.sampled_from([*ANSWERS, *detail.choice_labels]) for detail in reason.details
    }
    return st.fixed_dictionaries({}, optional=wanted)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, Policy]:
    """Facts, and the policy that they fall under."""
    policy, sale = draw(policies), draw(sales)
    return (
        Facts(
            stage=draw(st.sampled_from(["filing", "decision"])),
            sale=sale,
            pro=Pro(
                draw(st.frozensets(one_category)), tuple(draw(st.lists(st.sampled_from(AREAS))))
            ),
            prices=draw(st.dictionaries(one_category, cents)),
            owner_approval_categories=draw(st.frozensets(one_category)),
            earlier_sales=tuple(draw(st.lists(earlier_sales, max_size=4))),
            attempts=tuple(draw(st.lists(attempts, max_size=6))),
            claim=draw(claims(policy, sale.sold_at)),
            findings=tuple(draw(st.lists(findings, max_size=4))),
            credited_cents=draw(cents),
            exception=draw(st.sampled_from([None, None, *CAUSES])),
            events=tuple(draw(st.lists(events(), max_size=4))),
            closed_days=draw(st.frozensets(days, max_size=2)),
            contact_zone=draw(st.sampled_from([None, "America/Los_Angeles", "Asia/Taipei"])),
        ),
        policy,
    )
