"""Pros whose own claim was declined before their contact was proven bad elsewhere (X32)."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, Program, User
from leads.models import LeadSale
from refunds.models import CreditProposal, RefundRequest, State
from refunds.services import appeal, decide, file
from refunds.services.audit import audit
from refunds.services.change import NotAllowed
from refunds.services.proactive import NotProactive
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.refunds import credits
from tests.refunds.test_concurrency import at_once, kinds_of
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

GAVE_WAY = "We credited this lead ourselves since, so there is nothing left to appeal."


def declined(sale: LeadSale, agent: User) -> RefundRequest:
    claim = credits.claimed(sale, "wrong_contact_info")
    return decide.decline(
        reference=claim.reference,
        actor=agent,
        expected_version=claim.version,
        codes=["claim_not_supported"],
        note="The number rang.",
    )


def file_appeal(refusal: RefundRequest) -> RefundRequest:
    return appeal.file_appeal(
        reference=refusal.reference,
        actor=credits.user_of(refusal.pro),
        expected_version=refusal.version,
        text="Look again.",
    )


def sold(program: Program, manager: User, **contact_has: str) -> tuple[LeadSale, LeadSale]:
    """Two sales of one contact, to two pros."""
    contact = credits.contact_of(program, **contact_has)
    first, second = (credits.sold(contact, credits.pro_of(program, manager)) for _ in range(2))
    return first, second


def proven_bad(sale: LeadSale, agent: User) -> RefundRequest:
    return credits.approved(credits.claimed(sale, "recruitment"), agent)


def paid(sale: LeadSale) -> int | None:
    return ledger.wallet(sale.pro, LedgerAccount.Kind.PAID).balance_cents


@pytest.mark.covers("X32", "C44")
def test_a_refusal_gives_way_to_the_credit(pro360: Program, manager: User, agent: User) -> None:
    theirs, mine = sold(pro360, manager)
    refusal = declined(theirs, agent)
    before = paid(theirs)
    proven_bad(mine, agent)
    assert [one.sale for one in CreditProposal.objects.waiting()] == [theirs]

    given = credits.credit_by_us(theirs, agent, "recruitment")

    refusal = make.again(refusal)
    assert (refusal.state, refusal.has_given_way) == ("declined", True)
    assert (given.state, given.origin) == ("approved", "proactive")
    assert CreditProposal.objects.get().request == given
    assert LeadSale.objects.get(pk=theirs.pk).credited_cents == theirs.price_cents
    assert paid(theirs) == (before or 0) + theirs.price_cents
    with refused(appeal.AppealRefused) as caught:
        file_appeal(refusal)
    assert str(caught.value) == GAVE_WAY
    page = SignedIn(credits.user_of(theirs.pro)).get(f"/requests/{refusal.reference}/").text
    assert GAVE_WAY in page
    with refused(file.AlreadyRequested):
        credits.credit_by_us(theirs, agent, "recruitment")
    assert audit() == []


@pytest.mark.covers("X32")
def test_also_once_the_time_to_appeal_has_passed(
    pro360: Program, manager: User, agent: User
) -> None:
    theirs, mine = sold(pro360, manager)
    declined(theirs, agent)
    proven_bad(mine, agent)

    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        given = credits.credit_by_us(theirs, agent, "recruitment")

    assert given.state == State.APPROVED


@pytest.mark.covers("C44", "X32")
@pytest.mark.parametrize("is_final", [False, True], ids=["appealed", "final"])
def test_an_appeal_is_decided_as_one(
    is_final: bool, pro360: Program, manager: User, agent: User
) -> None:
    theirs, mine = sold(pro360, manager)
    appealed = file_appeal(declined(theirs, agent))
    if is_final:
        appeal.uphold(
            reference=appealed.reference,
            actor=manager,
            expected_version=appealed.version,
            sentence=make.SENTENCE,
        )
    proven_bad(mine, agent)

    assert not CreditProposal.objects.waiting().exists()
    with refused(file.AlreadyRequested):
        credits.credit_by_us(theirs, agent, "recruitment")


@pytest.mark.covers("C26")
def test_without_a_proposal_a_refusal_stands(pro360: Program, manager: User, agent: User) -> None:
    theirs, _mine = sold(pro360, manager)
    declined(theirs, agent)

    with refused(file.AlreadyRequested):
        credits.credit_by_us(theirs, agent, "recruitment")


@pytest.mark.covers("C26")
def test_a_dismissed_proposal_opens_nothing(pro360: Program, manager: User, agent: User) -> None:
    theirs, mine = sold(pro360, manager)
    declined(theirs, agent)
    proven_bad(mine, agent)
    CreditProposal.objects.update(
        dismissed_by=agent, dismissed_at=timezone.now(), dismissal="It is another person."
    )

    with refused(file.AlreadyRequested):
        credits.credit_by_us(theirs, agent, "recruitment")


def test_a_refused_credit_leaves_the_refusal_as_it_was(
    pro360: Program, manager: User, agent: User
) -> None:
    theirs, mine = sold(pro360, manager)
    refusal = declined(theirs, agent)
    proven_bad(mine, agent)

    with refused(NotProactive):
        credits.credit_by_us(theirs, agent, "no_such_reason")
    with refused(NotAllowed):
        credits.credit_by_us(theirs, manager, "recruitment")

    assert file_appeal(refusal).state == "appealed"


@pytest.mark.covers("X32")
def test_the_team_sees_the_refusal_and_what_becomes_of_it(
    pro360: Program, manager: User, agent: User
) -> None:
    theirs, mine = sold(pro360, manager)
    refusal = declined(theirs, agent)
    proven_bad(mine, agent)
    address = f"/admin/sales/{theirs.uuid}/credit/"

    waiting = SignedIn(agent).get("/admin/proposals/").text
    page = SignedIn(agent).get(address).text

    assert theirs.lead.reference in waiting
    assert f"{refusal.reference}, which was declined, gives way and can't be appealed" in page


@pytest.mark.covers("X32")
@pytest.mark.django_db(transaction=True)
def test_the_credit_and_the_appeal_at_once_have_one_outcome(
    pro360: Program, manager: User, agent: User
) -> None:
    for number in range(3):
        theirs, mine = sold(pro360, manager, phone=f"+1404555019{number}")
        refusal = declined(theirs, agent)
        proven_bad(mine, agent)

        outcomes = at_once(
            partial(file_appeal, refusal),
            *[partial(credits.credit_by_us, theirs, agent, "recruitment")] * 2,
        )

        assert kinds_of(outcomes)["RefundRequest"] == 1
        live = RefundRequest.objects.live().get(sale=theirs)
        cents = {"appealed": 0, "approved": theirs.price_cents}[live.state]
        assert LeadSale.objects.get(pk=theirs.pk).credited_cents == cents
    assert audit() == []
