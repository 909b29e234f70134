"""How long does judging a claim take, and what does it grow with?

    python benchmarks/judge.py [--rounds 100]

Judges claims of several kinds under the presets, with no database: each alone, then a duplicate
with more and more earlier sales of the same contact to the same pro.
"""

import argparse
import sys
import timeit
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from refunds.policy.document import load_preset  # noqa: E402 (after the path)
from refunds.policy.engine import judge  # noqa: E402 (likewise)
from refunds.policy.facts import (  # noqa: E402 (likewise)
    Attempt,
    Claim,
    DeclaredEvent,
    EarlierSale,
    Facts,
    Finding,
    Pro,
    Sale,
)

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
EXPLANATION = "The man who answered said that nobody of that name lives there. " * 5
EARLIER = (0, 10, 100, 1000)


def main() -> None:
    """Run the benchmark and print what it found."""
    rounds = read_arguments().rounds
    for name, program, facts in claims():
        say(f"{name}: {microseconds(facts, program, rounds):.0f} us")
    alone = microseconds(with_earlier_sales(0), "conxpros", rounds)
    for number in EARLIER:
        took = microseconds(with_earlier_sales(number), "conxpros", rounds, calls=2)
        each = (took - alone) / number if number else 0
        say(f"{number} earlier sales: {took:.0f} us, {each:.2f} us each")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def read_arguments() -> argparse.Namespace:
    """Read how many rounds each claim shall be judged in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    return parser.parse_args()


def microseconds(facts: Facts, program: str, rounds: int, *, calls: int = 20) -> float:
    """Return the time of one call in the best of many short rounds, which others disturb least."""
    policy = load_preset(program)
    best = min(timeit.repeat(lambda: judge(facts, policy), number=calls, repeat=rounds))
    return best / calls * 1e6


def claims() -> Iterator[tuple[str, str, Facts]]:
    """Yield claims as they come in life, under the program that has them."""
    verified = (Finding("contact_call", "supports", SOLD_AT),)
    storm = DeclaredEvent("Ida", "hurricane", SOLD_AT.date(), SOLD_AT.date())
    yield "wrong contact, filed", "conxpros", about("incorrect_contact")
    yield "wrong contact, with an event", "conxpros", about("incorrect_contact", events=(storm,))
    yield (
        "wrong contact, decided",
        "conxpros",
        about("incorrect_contact", stage="decision", findings=verified),
    )
    yield "outside the area", "conxpros", about("wrong_location")
    yield "non-contact with five steps", "conxpros", about("non_contact", attempts=attempts())
    yield "120 hours", "legalplan", about("wrong_number")
    yield "a seller is asked", "aiqoo", about("no_contact_info")


def attempts() -> tuple[Attempt, ...]:
    """Return all contact steps of a non-contact claim."""
    hours = (0, 7, 25, 26, 49)
    made = tuple(Attempt(SOLD_AT + timedelta(hours=one), "call", "pro", False) for one in hours)
    return (*made, Attempt(SOLD_AT + timedelta(hours=25), "text", "pro", False))


def with_earlier_sales(number: int) -> Facts:
    """Return a duplicate with that many earlier sales of its contact to its pro."""
    earlier = tuple(
        EarlierSale(SOLD_AT - timedelta(hours=one), "roofing", True, False, True, True)
        for one in range(number)
    )
    return about("duplicate", earlier_sales=earlier)


def about(reason: str, **changes: object) -> Facts:
    """Return the facts of a claim, with something changed."""
    plain = Facts(
        stage="filing",
        sale=Sale(SOLD_AT, 5000, "web", "roofing", "90210", None, None, SOLD_AT),
        pro=Pro(frozenset({"roofing"}), ("30301", "303*")),
        prices={"roofing": 5000, "siding": 3000},
        owner_approval_categories=frozenset({"roofing"}),
        earlier_sales=(),
        attempts=(),
        claim=Claim(reason, SOLD_AT + timedelta(days=3), EXPLANATION, "portal", {}),
        findings=(),
        credited_cents=0,
        exception=None,
    )
    return replace(plain, **changes)


if __name__ == "__main__":
    main()
