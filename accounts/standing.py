"""How a person's companies stand: what is on their wallets, and whether leads come (L20, L21)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, Subquery, prefetch_related_objects

from accounts import formats
from accounts.delivery import is_delivery_paused, why_paused
from accounts.models import LedgerAccount, Membership, Program, ServicePro, User

BALANCES = {kind: f"{kind.value}_balance" for kind in LedgerAccount.WALLET_KINDS}


@dataclass(frozen=True)
class Standing:
    """One company of a person's. ``why_paused`` is "" where leads come."""

    pro: ServicePro
    balance: str
    why_paused: str

    @property
    def gets_leads(self) -> bool:
        """Say whether the account is active to receive leads (L21)."""
        return not self.why_paused


def places(user: User) -> list[Membership]:
    """Return the person's places in companies, by name; asked for once, then kept on the user."""
    wallets = LedgerAccount.objects.filter(pro=OuterRef("pro")).values("balance_cents")
    queryset = (
        Membership.objects.select_related("pro__program")
        .annotate(**{name: Subquery(wallets.filter(kind=kind)) for kind, name in BALANCES.items()})
        .order_by("pro__name", "pro")
    )
    prefetch_related_objects([user], Prefetch("memberships", queryset))
    return list(user.memberships.all())


def standings(user: User) -> list[Standing]:
    """Return how each of the person's companies stands, by name."""
    return [_standing(place) for place in places(user)]


def teams(user: User) -> list[tuple[ServicePro, list[Membership]]]:
    """Return each of the person's companies with everybody who belongs to it."""
    pros = [place.pro for place in places(user)]
    members = Membership.objects.filter(pro__in=pros).select_related("user")
    everybody = list(members.order_by("user__name", "user__email"))
    return [(pro, [one for one in everybody if one.pro_id == pro.pk]) for pro in pros]


def _standing(place: Membership) -> Standing:
    pro, wallets = place.pro, list(_wallets(place))
    total = sum(wallet.balance_cents or 0 for wallet in wallets)
    why = why_paused(pro, wallets) if is_delivery_paused(pro, wallets) else ""
    return Standing(pro, formats.money(total, pro.program), why)


def _wallets(place: Membership) -> Iterator[LedgerAccount]:
    program: Program = place.pro.program
    for kind, name in BALANCES.items():
        yield LedgerAccount(program=program, kind=kind, balance_cents=vars(place)[name])
