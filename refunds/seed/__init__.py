"""Fills an empty installation with a small world, by the doors that real data comes in by."""

import csv
from dataclasses import asdict
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts import access, ledger
from accounts.models import LedgerAccount, Membership, Program, ServicePro, Transfer, User
from leads.models import Campaign, Category, Price
from leads.services.catalogue import add_seller
from leads.services.rows import COLUMNS
from refunds.models import Finding
from refunds.seed import stories, world
from refunds.services import decide, investigate, rates
from refunds.services.charging import import_sales

LOGINS: tuple[tuple[str, str, str], ...] = (
    *((pro.name, pro.email, world.PASSWORD) for market in world.MARKETS for pro in market.pros),
    ("Verification team", world.VERIFIER[1], world.PASSWORD),
    ("Verification team", world.SECOND_VERIFIER[1], world.PASSWORD),
    ("Verification lead", world.LEAD[1], world.PASSWORD),
    ("Finance", world.FINANCE[1], world.PASSWORD),
    ("Auditor", world.AUDITOR[1], world.PASSWORD),
    ("Account manager", world.MANAGER[1], world.PASSWORD),
    ("Administrator", world.ADMINISTRATOR[1], world.PASSWORD),
)

HERE = Path(__file__).parent


class SeedFailed(Exception):
    """The seed's own sales were not all taken; the text says why."""


def seed() -> bool:
    """Create people, programs' catalogues, sales and a few requests; say whether it did.

    Does nothing where a program has pros already. Needs the policies to be loaded.
    """
    if ServicePro.objects.exists():
        return False
    now = timezone.now()
    # One transaction: an interrupted start leaves no half of a world behind.
    with transaction.atomic():
        _people_and_catalogue(now)
        _sales(now)
        stories.answer_quotes(now)
        _requests()
        stories.tell(now)
        rates.count_due()
    return True


def _people_and_catalogue(now: datetime) -> None:
    for person, group in (
        (world.VERIFIER, access.VERIFIERS),
        (world.SECOND_VERIFIER, access.VERIFIERS),
        (world.LEAD, access.LEADS),
        (world.FINANCE, access.FINANCE),
        (world.AUDITOR, access.AUDITORS),
    ):
        _user(*person, is_staff=True).groups.add(Group.objects.get(name=group))
    _user(*world.ADMINISTRATOR, is_staff=True, is_superuser=True)
    manager = _user(*world.MANAGER)
    manager.groups.add(Group.objects.get(name=access.ACCOUNT_MANAGERS))
    for market in world.MARKETS:
        program = Program.objects.get(code=market.code)
        for seller in market.sellers:
            add_seller(program_id=program.pk, **asdict(seller))
        _categories(program, market, now)
        for pro in market.pros:
            _pro(program, pro, manager, now)


def _user(name: str, email: str, **rights: bool) -> User:
    return User.objects.create_user(email, world.PASSWORD, name=name, **rights)


def _categories(program: Program, market: world.Market, now: datetime) -> None:
    for code, name, cents, needs_owner in market.categories:
        category = Category.objects.create(
            program=program, code=code, name=name, needs_owner_approval=needs_owner
        )
        Price.objects.create(category=category, cents=cents, valid_from=now - timedelta(days=400))


def _pro(program: Program, data: world.Pro, manager: User, now: datetime) -> None:
    pro = ServicePro.objects.create(
        program=program, code=data.code, name=data.name, account_manager=manager
    )
    Membership.objects.create(user=_user(data.person, data.email), pro=pro)
    campaign = Campaign.objects.create(
        pro=pro, name=data.campaign, postal_codes=list(data.postal_codes)
    )
    campaign.categories.set(Category.objects.filter(program=program, code__in=data.categories))
    ledger.open_pro_accounts(pro)
    funded_at = now - timedelta(days=60)
    _fund(pro, Transfer.Kind.TOP_UP, data.paid_cents, funded_at)
    _fund(pro, Transfer.Kind.BONUS, data.bonus_cents, funded_at)


def _fund(pro: ServicePro, kind: Transfer.Kind, cents: int, at: datetime) -> None:
    if cents == 0:
        return
    house, bucket = {
        Transfer.Kind.TOP_UP: (LedgerAccount.Kind.FUNDING, LedgerAccount.Kind.PAID),
        Transfer.Kind.BONUS: (LedgerAccount.Kind.GOODWILL, LedgerAccount.Kind.BONUS),
    }[kind]
    ledger.post(
        ledger.Movement(
            kind=kind,
            source=ledger.house_account(pro.program, house),
            destination=ledger.wallet(pro, bucket),
            amount_cents=cents,
            key=f"seed:{kind}:{pro.program.code}:{pro.code}",
        ),
        at=at,
    )


def _sales(now: datetime) -> None:
    """Write the sales as a distribution system would export them, and import that file."""
    path = Path(settings.VAR_DIR) / "seed-sales.csv"
    with (
        (HERE / "sales.csv").open(encoding="utf-8", newline="") as sales,
        path.open("w", encoding="utf-8", newline="") as export,
    ):
        writer = csv.DictWriter(export, COLUMNS)
        writer.writeheader()
        zones = {program.code: ZoneInfo(program.time_zone) for program in Program.objects.all()}
        writer.writerows(
            _exported(row, now, zones[row["program"]]) for row in csv.DictReader(sales)
        )
    report = path.with_name("seed-sales.report.csv")
    summary = import_sales(path=path, report_path=report)
    if summary.bad:
        raise SeedFailed(f"{summary.bad} of the seed's sales were not taken: see {report}")


def _exported(row: dict[str, str], now: datetime, zone: ZoneInfo) -> dict[str, str]:
    sold_at = _moment(row.pop("sold"), now, zone)
    submitted_at = sold_at - timedelta(minutes=4)
    return row | {
        "submitted_at": submitted_at.isoformat(timespec="seconds"),
        "job_date": submitted_at.astimezone(zone).date().isoformat(),
        "sold_at": sold_at.isoformat(timespec="seconds"),
    }


def _moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Read when a sale was: so many hours ago, or days ago at a time of the program's zone."""
    days, _d, clock = text.rpartition("d")
    if not days:
        return now - timedelta(hours=int(text))
    day = now.astimezone(zone).date() - timedelta(days=int(days))
    return datetime.combine(day, time.fromisoformat(clock), zone)


def _requests() -> None:
    """File a few claims, so that no page is empty; H-20418 is left for the visitor to claim."""
    verifier = User.objects.get(email=world.VERIFIER[1])
    stories.claim(
        "H-20399", "wrong_location", "The job is in Chattanooga, two hours from where we work."
    )
    stories.claim(
        "H-20351", "non_working_phone", "Every call ends with a tone and a recorded message.", {}
    )
    asked = stories.claim(
        "H-20350", "incorrect_contact", "A man answered and said he never heard of Marcus Dell."
    )
    investigate.ask_pro(
        reference=asked.reference,
        actor=verifier,
        expected_version=asked.version,
        question="Which number did you dial, and on which day?",
    )
    stories.claim(
        "A-7702", "no_contact_info", "The line is dead at any hour, and there is no e-mail."
    )
    stories.claim("F-9120", "wrong_number", "A restaurant answers; nobody there knows Denise Roy.")
    stories.claim(
        "T-3301", "recruitment", "對方在對話中邀請我去他的教室任教，並不是要學琴，請協助確認。"
    )
    _declined(verifier)


def _declined(verifier: User) -> None:
    refused = stories.claim(
        "H-20397", "no_request", "She says that she never asked anybody for a price on siding."
    )
    finding = investigate.add_finding(
        reference=refused.reference,
        actor=verifier,
        expected_version=refused.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.CONTRADICTS,
        note="The contact confirmed that he asked for a siding estimate himself.",
    )
    decide.decline(
        reference=refused.reference,
        actor=verifier,
        expected_version=finding.request.version,
        codes=["contact_contradicts"],
        note="We spoke with the contact on the number of the lead.",
    )
