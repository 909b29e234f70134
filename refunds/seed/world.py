"""Who there is in the seeded world, and what is sold where. ``sales.csv`` says what was sold."""

from dataclasses import dataclass

PASSWORD = "makegood"  # noqa: S105 (a seeded world has no secrets)

VERIFIER = ("Vera Lindqvist", "verifier@makegood.example")
SECOND_VERIFIER = ("Viktor Brandt", "second.verifier@makegood.example")
LEAD = ("Leonie Falk", "lead@makegood.example")
FINANCE = ("Fiona Marsh", "finance@makegood.example")
AUDITOR = ("Arno Keller", "auditor@makegood.example")
MANAGER = ("Mateo Alvarez", "manager@makegood.example")
ADMINISTRATOR = ("Ada Okafor", "admin@makegood.example")


@dataclass(frozen=True)
class Market:
    """A program's categories with their prices, its sellers, and its pros."""

    code: str
    sellers: tuple["Seller", ...]
    categories: tuple[tuple[str, str, int, bool], ...]  # code, name, minor units, owner's approval
    pros: tuple["Pro", ...]


@dataclass(frozen=True)
class Seller:
    """Where leads come from; without an e-mail address the team passes cases on itself."""

    code: str
    name: str
    email: str = ""
    guidelines: str = ""


@dataclass(frozen=True)
class Pro:
    """A pro with its user, its campaign, and what is in its wallets in minor units."""

    code: str
    name: str
    person: str
    email: str
    categories: tuple[str, ...]
    postal_codes: tuple[str, ...]
    paid_cents: int
    bonus_cents: int = 0
    campaign: str = "Main"


MARKETS: tuple[Market, ...] = (
    Market(
        code="conxpros",
        sellers=(Seller("homeform", "HomeForm Media"), Seller("searchlane", "Searchlane")),
        categories=(
            ("roofing", "Roofing", 5000, True),
            ("siding", "Siding", 3000, True),
            ("solar", "Solar panels", 8000, True),
            ("painting", "Painting", 2500, False),
        ),
        pros=(
            Pro(
                code="CX-1041",
                name="Peachtree Roofing",
                person="Dana Whitfield",
                email="pro@conxpros.example",
                categories=("roofing", "siding"),
                postal_codes=("303*", "30004"),
                paid_cents=120_000,
                bonus_cents=10_000,
            ),
            Pro(
                code="CX-2207",
                name="Southside Exteriors",
                person="Luis Ortega",
                email="second@conxpros.example",
                categories=("roofing", "painting"),
                postal_codes=("30*",),
                paid_cents=60_000,
            ),
        ),
    ),
    Market(
        code="aiqoo",
        sellers=(
            Seller(
                code="projectbay",
                name="ProjectBay",
                email="quality@projectbay.example",
                guidelines=(
                    "Every lead has a phone number that was called back, or an e-mail address "
                    "that was confirmed.\n"
                    "The contact asked for the estimate themselves, at most a day before."
                ),
            ),
        ),
        categories=(
            ("plumbing", "Plumbing", 4000, False),
            ("heating", "Heating", 3500, False),
            ("painting", "Painting", 2000, False),
        ),
        pros=(
            Pro(
                code="AQ-310",
                name="Mission Plumbing",
                person="Grace Tan",
                email="pro@aiqoo.example",
                categories=("plumbing", "heating"),
                postal_codes=("941*", "94010"),
                paid_cents=80_000,
            ),
        ),
    ),
    Market(
        code="legalplan",
        sellers=(Seller("lawline", "Lawline Inbound"),),
        categories=(
            ("family_law", "Family law", 2800, False),
            ("traffic", "Traffic", 1200, False),
        ),
        pros=(
            Pro(
                code="LP-88",
                name="Coral Legal Plans",
                person="Renee Baptiste",
                email="pro@legalplan.example",
                categories=("family_law",),
                postal_codes=("33*",),
                paid_cents=50_000,
            ),
        ),
    ),
    Market(
        code="pro360",
        sellers=(Seller("web", "PRO360 網站"),),
        categories=(
            ("music_lessons", "音樂家教", 120, False),
            ("cleaning", "居家清潔", 90, False),
        ),
        pros=(
            Pro(
                code="P3-5120",
                name="小森鋼琴教室",
                person="林雅文",
                email="pro@pro360.example",
                categories=("music_lessons",),
                postal_codes=("1*",),
                campaign="主要接案設定",
                paid_cents=3_000,
            ),
            Pro(
                code="P3-6001",
                name="南風音樂工作室",
                person="周子涵",
                email="second@pro360.example",
                categories=("music_lessons",),
                postal_codes=("1*",),
                campaign="主要接案設定",
                paid_cents=2_000,
            ),
        ),
    ),
)
