"""What people wrote loses the contact of a lead that has left, and no other word."""

import pytest
from django.utils import timezone

from leads.models import Contact, LeadSale
from refunds import redaction
from tests.factories.leads import LeadFactory

pytestmark = pytest.mark.django_db


def detached(name: str, *, phone: str = "", **fields: str) -> LeadSale:
    contact = Contact(name=name, phone=phone, email=fields.get("email", ""))
    lead = LeadFactory.build(
        contact=contact,
        contact_name=name,
        street=fields.get("street", ""),
        program=None,
        seller=None,
        category=None,
    )
    return LeadSale(lead=lead, detached_at=timezone.now())


@pytest.mark.parametrize(
    ("name", "phone", "written", "left"),
    [
        (
            "Ada Brown",
            "",
            "ADA BROWN, Ada\nBrown, not Adam Brown",
            "(removed), (removed), not Adam (removed)",
        ),
        (
            "Ada Brown",
            "",
            "Mrs. Brown, or Ada: brown roof",
            "Mrs. (removed), or (removed): brown roof",
        ),
        ("Jo Li-Browne", "", "Jo and Li-Browne", "Jo and (removed)"),
        ("José Ana", "", "Josés, José and Anaïs", "Josés, (removed) and Anaïs"),
        ("林雅文先生", "", "林雅文說不是林雅文先生", "(removed)說不是(removed)"),
        ("陳小姐", "", "陳小姐在陳列室", "(removed)在陳列室"),
        ("Will", "", "Will said he will not.", "(removed) said he will not."),
        (
            "林雅文",
            "+886912345678",
            "客戶林雅文說 0912-345-678 是空號",
            "客戶(removed)說 (removed) 是空號",
        ),
        ("林雅文", "+886912345678", "+886 912 345 678", "(removed)"),
        ("Ada Brown", "+14045550142", "404.555.0142 or 14045550142", "(removed) or (removed)"),
        ("Ada Brown", "+14045550142", "order 9404555014277", "order 9404555014277"),
        ("Ada Brown", "+14045550142", "404\u2013555\u20130142", "(removed)"),
        ("Ada Brown", "+14045550142", "404\u2011555\u20110142", "(removed)"),
        ("Ada Brown", "+14045550142", "404_555_0142, 4 0 4 5 5 5 0 1 4 2", "(removed), (removed)"),
        ("Ada Brown", "+14045550142", "(404) - 555 - 0142", "(removed)"),
        ("林雅文", "+886912345678", "+886 (0)912 345 678", "(removed)"),
    ],
)
def test_words_lose_the_contact_alone(name: str, phone: str, written: str, left: str) -> None:
    assert redaction.without_contact(written, detached(name, phone=phone)) == left
