"""What is filed of a file: each row by itself, and once."""

from datetime import timedelta
from uuid import uuid4, uuid5

import pytest
import time_machine

from accounts.models import User
from leads.models import LeadSale
from refunds.models import OutboundMail, RefundRequest, State
from refunds.services import bulk, file
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.refunds.bulk.rows import (
    NOW,
    SOLD_AT,
    in_review,
    ready,
    row,
    send,
)
from tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.mark.covers("L5", "X35")
def test_each_row_is_filed_by_itself_and_once(sales: list[LeadSale], pro: User) -> None:
    claims = ready(pro, *(row(sale, line) for line, sale in enumerate(sales[:17], 2)))
    upload = uuid4()
    sent = send(pro, claims, upload)
    filed = list(bulk.sent_in(upload, pro))
    assert [one.sale for one in filed] == sales[:17]
    assert [one.reference for one in sent] == [one.reference for one in filed]
    assert {(one.channel, one.state, one.filed_by) for one in filed} == {
        ("csv", State.INVESTIGATING, pro)
    }
    assert OutboundMail.objects.filter(event__request__in=filed).count() == 17

    before = everything()
    assert send(pro, claims, upload) == sent
    assert everything() == before


def test_row_that_was_overtaken_keeps_no_other_back(sales: list[LeadSale], pro: User) -> None:
    claims = ready(pro, *(row(sale, line) for line, sale in enumerate(sales[:3], 2)))
    LeadSale.objects.filter(pk=sales[0].pk).update(detached_at=NOW)
    there = in_review(sales[1], pro)
    sent = send(pro, claims, uuid4())
    assert [(one.line, one.refusal) for one in sent] == [
        (2, f"There is no lead of the number {sales[0].lead.reference} in your account."),
        (3, file.already_sentence(there)),
        (4, ""),
    ]
    assert RefundRequest.objects.filter(channel="csv").get().sale == sales[2]


@pytest.mark.covers("X34")
def test_row_that_came_too_late_meanwhile_is_refused_not_declined(
    sales: list[LeadSale], pro: User
) -> None:
    claims = ready(pro, row(sales[0]))
    before = everything()
    with time_machine.travel(SOLD_AT + timedelta(days=30), tick=False):
        [sent] = bulk.send(upload=uuid4(), actor=pro, claims=claims)
    assert sent.reference == ""
    assert sent.refusal
    assert everything() == before


def test_upload_holds_only_what_its_sender_filed_by_it(sales: list[LeadSale], pro: User) -> None:
    upload, colleague = uuid4(), MembershipFactory.create(pro=sales[0].pro).user
    send(colleague, ready(colleague, row(sales[0])), upload)
    with time_machine.travel(NOW, tick=False):
        file.file_claim(
            sale_uuid=sales[1].uuid,
            actor=pro,
            command_id=uuid5(upload, "1"),
            reason="incorrect_contact",
            explanation=make.EXPLANATION,
            details={"who_answered": "stranger"},
        )

    assert list(bulk.sent_in(upload, pro)) == []
    assert [one.sale for one in bulk.sent_in(upload, colleague)] == [sales[0]]


def test_upload_of_a_colleague_shows_none_of_it(
    sales: list[LeadSale], pro: User, other_pro: User
) -> None:
    upload = uuid4()
    send(pro, ready(pro, row(sales[0])), upload)
    assert list(bulk.sent_in(upload, other_pro)) == []
