"""What a credit does to the lead's contact."""

from pathlib import Path
from uuid import uuid4

import pytest

from accounts.models import Program, User
from leads.models import LeadSale
from refunds.models import CreditProposal, Finding, State
from refunds.services import file
from refunds.services.audit import audit
from refunds.uploads import CleanFile
from tests.refunds import credits
from tests.refunds.consequences.steps import fresh, offered_again

pytestmark = pytest.mark.django_db

TERMINATED = "This contact was terminated and creates no more leads (P17)."


@pytest.mark.covers("P10", "P11", "P13", "X30")
@pytest.mark.parametrize("reason", ["recruitment", "advertisement", "price_check"])
def test_approval_shuts_the_contact_out(
    reason: str, pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))

    request = credits.approved(credits.claimed(sale, reason), agent)

    assert request.state == State.APPROVED
    assert fresh(contact).terminated_at == request.decided_at
    assert credits.kinds(request)[-2:] == ["approved", "terminated"]
    assert audit() == []


@pytest.mark.covers("P12")
def test_wrong_information_leaves_the_contact_alone(
    pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))

    request = credits.approved(credits.claimed(sale, "wrong_information"), agent)

    assert request.state == State.APPROVED
    assert fresh(contact).terminated_at is None
    assert credits.kinds(request)[-1] == "approved"


@pytest.mark.covers("P12")
def test_wrong_information_comes_with_its_screen_capture(pro360: Program, manager: User) -> None:
    sale = credits.sold(credits.contact_of(pro360), credits.pro_of(pro360, manager))
    capture = CleanFile("capture.png", "image/png", b"drawn anew")

    request = file.file_claim(
        sale_uuid=sale.uuid,
        actor=credits.user_of(sale.pro),
        command_id=uuid4(),
        reason="wrong_information",
        explanation="They posted piano lessons and want the cello.",
        details={},
        files=[capture],
    )

    assert request.state == State.INVESTIGATING
    kept = request.evidence.get()
    assert (kept.original_name, kept.size) == ("capture.png", len(capture.content))


@pytest.mark.covers("P10", "X32")
@pytest.mark.parametrize("denies", [True, False], ids=["the_contact_denies_it", "nobody_knows"])
def test_overturning_as_a_courtesy_leaves_the_contact_alone(
    denies: bool, pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale, _other = (credits.sold(contact, credits.pro_of(pro360, manager)) for _ in range(2))
    claim = credits.claimed(sale, "recruitment")
    if denies:
        claim = credits.found(claim, agent, result=Finding.Result.CONTRADICTS).request

    request = credits.overturned(credits.appealed(claim, agent), manager)

    assert (request.state, request.credit_cents) == (State.FINAL_APPROVED, sale.price_cents)
    assert fresh(contact).terminated_at is None
    assert not CreditProposal.objects.exists()
    assert credits.kinds(request)[-1] == "overturned"


@pytest.mark.covers("C20")
def test_overturning_as_a_courtesy_marks_nobody_do_not_call(
    conxpros: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(conxpros)
    sale = credits.sold(contact, credits.pro_of(conxpros, manager))

    credits.overturned(credits.appealed(credits.claimed(sale, "do_not_call"), agent), manager)

    assert fresh(contact).do_not_call_at is None


@pytest.mark.covers("P10", "X32")
def test_overturning_what_the_team_confirmed_shuts_the_contact_out(
    pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale, other = (credits.sold(contact, credits.pro_of(pro360, manager)) for _ in range(2))
    claim = credits.supported(credits.claimed(sale, "recruitment"), agent).request

    request = credits.overturned(credits.appealed(claim, agent), manager)

    assert fresh(contact).terminated_at == request.appeal_decided_at
    assert CreditProposal.objects.get().sale == other
    assert credits.kinds(request)[-3:] == ["overturned", "terminated", "proposed"]


@pytest.mark.covers("P10")
def test_what_the_contact_denies_after_the_appeal_counts(
    pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))
    claim = credits.supported(credits.claimed(sale, "recruitment"), agent).request
    request = credits.appealed(claim, agent)
    denied = credits.found(request, agent, result=Finding.Result.CONTRADICTS).request

    credits.overturned(denied, manager)

    assert fresh(contact).terminated_at is None


@pytest.mark.covers("P17")
def test_leads_of_a_terminated_contact_are_not_sold(
    pro360: Program, manager: User, agent: User, tmp_path: Path
) -> None:
    contact = credits.contact_of(pro360)
    first, second = credits.pro_of(pro360, manager), credits.pro_of(pro360, manager)
    credits.approved(credits.claimed(credits.sold(contact, first), "recruitment"), agent)

    assert offered_again(tmp_path, contact, first, "L-again") == [TERMINATED]
    assert offered_again(tmp_path, contact, second, "L-other") == [TERMINATED]
    assert LeadSale.objects.count() == 1
