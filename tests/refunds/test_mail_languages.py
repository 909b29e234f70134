"""In which language a mail is: its reader's own, else the program's, as of when it is sent."""

import pytest

from accounts.models import Program, ServicePro, User
from leads.models import LeadSale
from refunds import mails
from refunds.models import OutboundMail
from refunds.rendered_mail import RenderedMail
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db

ENGLISH, CHINESE = "We have your request to refund lead", "我們已收到您對案件"


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A lead that was sold to ``pro_company``."""
    return LeadSaleFactory.create(pro=pro_company)


def receipt_for(sale: LeadSale, pro: User, *, chosen: str, locale: str) -> RenderedMail:
    Program.objects.filter(pk=sale.lead.program_id).update(locale=locale)
    fresh = LeadSale.objects.select_related("lead__program", "pro").get(pk=sale.pk)
    request = make.investigating(fresh, pro)
    User.objects.filter(pk=pro.pk).update(language=chosen)
    return mails.render(OutboundMail.objects.get(event__request=request, kind="receipt"))


@pytest.mark.parametrize(
    ("chosen", "locale", "words"),
    [
        ("", "en", ENGLISH),
        ("", "zh-hant", CHINESE),
        ("zh-hant", "en", CHINESE),
        ("en", "zh-hant", ENGLISH),
        ("fr", "zh-hant", CHINESE),
        ("", "fr", ENGLISH),
    ],
)
def test_language_is_the_readers_and_else_the_programs(
    sale: LeadSale, pro: User, chosen: str, locale: str, words: str
) -> None:
    mail = receipt_for(sale, pro, chosen=chosen, locale=locale)

    assert words in mail.text
    assert f'<html lang="{"en" if words == ENGLISH else "zh-hant"}">' in mail.html


def test_who_is_no_user_is_written_to_in_the_programs(sale: LeadSale, pro: User) -> None:
    request = make.investigating(sale, pro)
    owed = OutboundMail.objects.get(event__request=request, kind="receipt")
    owed.to = "nobody@example.com"

    assert ENGLISH in mails.render(owed).text
