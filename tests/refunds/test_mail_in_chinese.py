"""A pro in Taiwan is written to in Chinese, from the subject to the last line."""

import re

import pytest

from accounts.models import Program, ServicePro, User
from leads.models import LeadSale
from refunds import mails
from refunds.models import OutboundMail, RefundRequest
from refunds.rendered_mail import RenderedMail
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db

# What stays as it is in every language: addresses, numbers of things, names, what people wrote.
AS_IT_IS = re.compile(
    r"https?://\S+|RF-\w+|L-?\w+|LEAD-\S+|conXpros|Makegood|Mara Manager|NT\$|\$[\d.,]+"
)


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale in a program that writes in Chinese."""
    Program.objects.filter(pk=pro_company.program_id).update(locale="zh-hant")
    return LeadSaleFactory.create(pro=ServicePro.objects.get(pk=pro_company.pk))


def letter(request: RefundRequest, kind: str) -> RenderedMail:
    return mails.render(OutboundMail.objects.get(event__request=request, kind=kind))


def english(mail: RenderedMail, *told: str) -> list[str]:
    text = f"{mail.subject}\n{mail.text}"
    for words in told:
        text = text.replace(words, "")
    return re.findall(r"[A-Za-z]{2,}", AS_IT_IS.sub("", text))


def test_a_receipt(sale: LeadSale, pro: User) -> None:
    mail = letter(make.investigating(sale, pro), "receipt")

    assert english(mail, sale.lead.reference) == []
    assert re.search(r"我們最晚會在 \d{4} 年 \d+ 月 \d+ 日（星期.）決定", mail.text)


@pytest.mark.covers("C6")
def test_a_refusal(sale: LeadSale, pro: User, agent: User) -> None:
    request = make.declined(sale, pro, agent)

    mail = letter(request, "decision")

    assert english(mail, sale.lead.reference, request.decision_note) == []
    assert "我們查證過，但無法確認" in mail.text
    assert "之前可以申訴一次" in mail.text
    assert "依據" in mail.text


def test_an_approval(sale: LeadSale, pro: User, agent: User) -> None:
    mail = letter(make.approved(sale, pro, agent), "decision")

    assert english(mail, sale.lead.reference) == []
    assert "您的申請已獲核准" in mail.text
    assert "與客戶通話" in mail.text
