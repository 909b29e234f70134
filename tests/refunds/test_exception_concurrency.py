"""Many people at once on exceptions, reversals and corrections: one outcome, clean books."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, Transfer, User
from refunds.models import Correction, ExceptionRequest, OutboundMail
from refunds.services import corrections, exceptions, reverse
from refunds.services.audit import audit
from tests.factories import refunds as make
from tests.factories.accounts import UserFactory
from tests.factories.leads import LeadSaleFactory
from tests.refunds.test_concurrency import at_once, kinds_of, thread_count

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "The contact hired the pro after all."


@pytest.mark.covers("L6")
def test_one_exception_is_asked_for_and_answered_once(pro: User, agent: User) -> None:
    company = pro.memberships.get().pro
    make.PolicyVersionFactory.create(program=company.program)
    sale = LeadSaleFactory.create(pro=company, sold_at=timezone.now() - timedelta(days=21))
    ask = partial(
        exceptions.ask, sale_uuid=sale.uuid, actor=pro, cause="outage", words="No power at all."
    )

    asked = at_once(*[ask] * 4)
    uuid = ExceptionRequest.objects.get().uuid
    answers = at_once(
        *[
            partial(answer, exception_uuid=uuid, actor=agent, answer=WORDS)
            for answer in (exceptions.grant, exceptions.refuse) * 2
        ]
    )

    assert kinds_of(asked) == {"ExceptionRequest": 1, "ExceptionRefused": 3}
    assert kinds_of(answers) == {"ExceptionRequest": 1, "AlreadyDecided": 3}
    assert OutboundMail.objects.filter(exception__isnull=False).count() == 2
    assert audit() == []


@pytest.mark.covers("C42", "L25")
def test_team_and_manager_reverse_at_once_and_one_debit_is_posted(
    pro: User, agent: User, manager: User
) -> None:
    company = pro.memberships.get().pro
    request = make.approved(LeadSaleFactory.create(pro=company), pro, agent)
    asked = reverse.ask(
        reference=request.reference, actor=pro, expected_version=request.version, words=WORDS
    )
    take_back = partial(
        reverse.reverse,
        reference=request.reference,
        expected_version=asked.version,
        reason=WORDS,
    )
    half = thread_count() // 2

    outcomes = at_once(
        *[partial(take_back, actor=agent)] * half,
        *[partial(take_back, actor=manager, at_wish=True)] * half,
    )

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": 2 * half - 1}
    assert ledger.wallet(company, LedgerAccount.Kind.PAID).balance_cents == 95_000
    assert audit() == []


@pytest.mark.covers("X22")
def test_two_administrators_confirm_at_once_and_one_adjustment_is_posted(
    pro: User, agent: User, manager: User
) -> None:
    company = pro.memberships.get().pro
    final = make.final_approved(LeadSaleFactory.create(pro=company), pro, agent, manager)
    proposed = corrections.propose(
        reference=final.reference, actor=agent, expected_version=final.version, reason=WORDS
    )
    roots = [UserFactory.create(is_staff=True, is_superuser=True) for _ in range(4)]

    outcomes = at_once(
        *[
            partial(
                corrections.confirm,
                reference=final.reference,
                actor=root,
                expected_version=proposed.version,
            )
            for root in roots
        ]
    )

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": 3}
    assert Transfer.objects.filter(kind=Transfer.Kind.ADJUSTMENT).count() == 1
    assert ledger.wallet(company, LedgerAccount.Kind.PAID).balance_cents == 95_000
    assert audit() == []


@pytest.mark.covers("X22")
def test_confirmed_and_dismissed_at_once_is_one_of_the_two(
    pro: User, agent: User, manager: User
) -> None:
    company = pro.memberships.get().pro
    final = make.final_approved(LeadSaleFactory.create(pro=company), pro, agent, manager)
    proposed = corrections.propose(
        reference=final.reference, actor=agent, expected_version=final.version, reason=WORDS
    )
    root = UserFactory.create(is_staff=True, is_superuser=True)
    steps = (corrections.confirm, partial(corrections.dismiss, reason=WORDS))

    outcomes = at_once(
        *[
            partial(
                step,
                reference=final.reference,
                actor=root,
                expected_version=proposed.version,
            )
            for step in steps * 2
        ]
    )

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": 3}
    settled = Correction.objects.get()
    assert (settled.confirmed_at is None) != (settled.dismissed_at is None)
    assert audit() == []
