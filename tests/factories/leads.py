from datetime import timedelta

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from leads.models import (
    CallRecording,
    Campaign,
    Category,
    Contact,
    ContactAttempt,
    Lead,
    LeadSale,
    LeadSeller,
    Price,
    Quote,
)
from tests.factories.accounts import ProgramFactory, ServiceProFactory, UserFactory


class LeadSellerFactory(DjangoModelFactory[LeadSeller]):
    class Meta:
        model = LeadSeller

    program = factory.SubFactory(ProgramFactory)
    code = factory.Sequence(lambda n: f"SELLER-{n}")
    name = factory.Sequence(lambda n: f"Seller {n}")


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category
        django_get_or_create = ("program", "code")

    program = factory.SubFactory(ProgramFactory)
    code = "roofing"
    name = factory.LazyAttribute(lambda category: category.code.replace("_", " ").title())


class PriceFactory(DjangoModelFactory[Price]):
    class Meta:
        model = Price

    category = factory.SubFactory(CategoryFactory)
    cents = 5000
    valid_from = factory.LazyFunction(lambda: timezone.now() - timedelta(days=400))


class CampaignFactory(DjangoModelFactory[Campaign]):
    """A campaign for roofing around Atlanta; ``categories`` takes a list of categories."""

    class Meta:
        model = Campaign
        django_get_or_create = ("pro", "name", "replaced_at")
        skip_postgeneration_save = True

    pro = factory.SubFactory(ServiceProFactory)
    name = "Main"
    postal_codes = ["30301", "3031*"]
    replaced_at = None

    @factory.post_generation
    def categories(
        self: Campaign, create: bool, extracted: list[Category] | None, **kwargs: object
    ) -> None:
        if self.categories.exists():  # it was there already, and it is complete once it is sold by
            return
        self.categories.add(*(extracted or [CategoryFactory.create(program=self.pro.program)]))


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    program = factory.SubFactory(ProgramFactory)
    name = factory.Sequence(lambda n: f"Contact {n}")
    phone = factory.Sequence(lambda n: f"+1404555{n:04d}")
    email = factory.Sequence(lambda n: f"contact{n}@example.com")


class LeadFactory(DjangoModelFactory[Lead]):
    class Meta:
        model = Lead

    program = factory.SubFactory(ProgramFactory)
    reference = factory.Sequence(lambda n: f"L-{n}")
    seller = factory.SubFactory(LeadSellerFactory, program=factory.SelfAttribute("..program"))
    contact = factory.SubFactory(ContactFactory, program=factory.SelfAttribute("..program"))
    contact_name = factory.SelfAttribute("contact.name")
    category = factory.SubFactory(CategoryFactory, program=factory.SelfAttribute("..program"))
    postal_code = "30301"
    street = "12 Peach Street"
    submitted_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=3))
    fingerprint = factory.Sequence(lambda n: f"fingerprint-{n}")


class LeadSaleFactory(DjangoModelFactory[LeadSale]):
    """A sale that was charged to the pro's paid wallet two hours ago.

    ``bucket`` names the wallet that pays; with ``held`` the fee waits for the contact's reply.
    """

    class Meta:
        model = LeadSale

    class Params:
        bucket = LedgerAccount.Kind.PAID
        held = False

    pro = factory.SubFactory(ServiceProFactory)
    lead = factory.SubFactory(LeadFactory, program=factory.SelfAttribute("..pro.program"))
    campaign = factory.SubFactory(CampaignFactory, pro=factory.SelfAttribute("..pro"))
    price_cents = 5000
    sold_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=2))
    contact_revealed_at = factory.SelfAttribute("sold_at")

    @factory.lazy_attribute
    def charge(self) -> Transfer:
        charge = ledger.Movement(
            kind=Transfer.Kind.HOLD if self.held else Transfer.Kind.LEAD_CHARGE,
            source=ledger.wallet(self.pro, self.bucket),
            destination=ledger.wallet(self.pro, LedgerAccount.Kind.HOLD)
            if self.held
            else ledger.house_account(self.pro.program, LedgerAccount.Kind.REVENUE),
            amount_cents=self.price_cents,
            key=f"charge:{self.pro.program.code}:{self.lead.reference}:{self.pro.code}",
        )
        with transaction.atomic():
            return ledger.post(charge, at=self.sold_at)


class QuoteFactory(DjangoModelFactory[Quote]):
    class Meta:
        model = Quote

    sale = factory.SubFactory(LeadSaleFactory)
    sent_at = factory.LazyFunction(timezone.now)


class ContactAttemptFactory(DjangoModelFactory[ContactAttempt]):
    class Meta:
        model = ContactAttempt

    sale = factory.SubFactory(LeadSaleFactory)
    at = factory.LazyFunction(timezone.now)
    channel = ContactAttempt.Channel.CALL
    by = ContactAttempt.By.PRO
    logged_by = factory.SubFactory(UserFactory)


class CallRecordingFactory(DjangoModelFactory[CallRecording]):
    """A recording that is on file; its bytes are nowhere."""

    class Meta:
        model = CallRecording

    file = "recordings/none.mp3"
    content_type = "audio/mpeg"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    seconds = 95
    attached_by = factory.SubFactory(UserFactory)
    attached_at = factory.LazyFunction(timezone.now)
