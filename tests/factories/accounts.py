import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts import ledger
from accounts.models import (
    ClosedDay,
    LedgerAccount,
    Membership,
    Program,
    ServicePro,
    Transfer,
    User,
)


class ProgramFactory(DjangoModelFactory[Program]):
    """A program with its house accounts; ``conxpros`` unless told otherwise."""

    class Meta:
        model = Program
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    code = "conxpros"
    name = "conXpros"
    time_zone = "America/New_York"
    currency = "USD"
    currency_decimals = 2
    country = "US"

    @factory.post_generation
    def accounts(self: Program, create: bool, extracted: object, **kwargs: object) -> None:
        ledger.open_program_accounts(self)


class UserFactory(DjangoModelFactory[User]):
    """A user who signs in with the password ``a-long-secret``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = factory.Sequence(lambda n: f"User {n}")
    password = factory.django.Password("a-long-secret")


class ServiceProFactory(DjangoModelFactory[ServicePro]):
    """A pro with its accounts; ``paid_cents`` and ``bonus_cents`` are put into the wallets."""

    class Meta:
        model = ServicePro
        skip_postgeneration_save = True

    program = factory.SubFactory(ProgramFactory)
    code = factory.Sequence(lambda n: f"PRO-{n}")
    name = factory.Sequence(lambda n: f"Pro {n} Roofing")
    account_manager = factory.SubFactory(UserFactory)

    @factory.post_generation
    def paid_cents(self: ServicePro, create: bool, extracted: int | None, **kwargs: object) -> None:
        ledger.open_pro_accounts(self)
        fund(self, LedgerAccount.Kind.PAID, 100_000 if extracted is None else extracted)

    @factory.post_generation
    def bonus_cents(
        self: ServicePro, create: bool, extracted: int | None, **kwargs: object
    ) -> None:
        fund(self, LedgerAccount.Kind.BONUS, extracted or 0)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    pro = factory.SubFactory(ServiceProFactory)


class ClosedDayFactory(DjangoModelFactory[ClosedDay]):
    class Meta:
        model = ClosedDay

    program = factory.SubFactory(ProgramFactory)


@transaction.atomic
def fund(pro: ServicePro, kind: LedgerAccount.Kind, cents: int) -> None:
    """Put money into a pro's wallet by the ledger's own door."""
    if cents == 0:
        return
    transfer_kind, house = {
        LedgerAccount.Kind.PAID: (Transfer.Kind.TOP_UP, LedgerAccount.Kind.FUNDING),
        LedgerAccount.Kind.BONUS: (Transfer.Kind.BONUS, LedgerAccount.Kind.GOODWILL),
    }[kind]
    count = Transfer.objects.filter(kind=transfer_kind).count()
    ledger.post(
        ledger.Movement(
            kind=transfer_kind,
            source=ledger.house_account(pro.program, house),
            destination=ledger.wallet(pro, kind),
            amount_cents=cents,
            key=f"{transfer_kind}:{pro.program.code}:{pro.code}:{count}",
        ),
        at=timezone.now(),
    )
