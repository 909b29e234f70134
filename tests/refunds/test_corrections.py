"""A final credit that was got by fraud: one person proposes, another takes it back (X22)."""

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import append_only, ledger
from accounts.models import LedgerAccount, Membership, ServicePro, Transfer, User
from refunds.models import Correction, RefundRequest
from refunds.services import corrections, money, outbox
from refunds.services.audit import audit
from refunds.services.change import NotAllowed, Stale
from refunds.services.corrections import CorrectionRefused
from refunds.services.money import CreditRefused
from tests.factories import refunds as make
from tests.factories.accounts import UserFactory
from tests.factories.leads import LeadSaleFactory
from tests.refunds.states import in_state
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

REASON = "The recording that the pro sent was cut: the full one shows that the contact bought."
WHOLE = "The full recording came later: it was the phone that cut it."


@pytest.fixture
def final(pro_company: ServicePro, pro: User, agent: User, manager: User) -> RefundRequest:
    """A credit that an appeal brought."""
    sale = LeadSaleFactory.create(pro=pro_company)
    return make.again(make.final_approved(sale, pro, agent, manager))


@pytest.fixture
def root(db: None) -> User:
    """An administrator."""
    return UserFactory.create(is_staff=True, is_superuser=True, name="Ruth Root")


def propose(request: RefundRequest, actor: User, reason: str = REASON) -> RefundRequest:
    return corrections.propose(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        reason=reason,
    )


def confirm(request: RefundRequest, actor: User) -> RefundRequest:
    return corrections.confirm(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
    )


def dismiss(request: RefundRequest, actor: User, reason: str = WHOLE) -> RefundRequest:
    return corrections.dismiss(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        reason=reason,
    )


def balance(request: RefundRequest) -> int | None:
    return ledger.wallet(request.pro, LedgerAccount.Kind.PAID).balance_cents


@pytest.mark.covers("X22")
def test_proposal_moves_nothing_and_stays_among_staff(final: RefundRequest, agent: User) -> None:
    proposed = propose(final, agent)

    assert (proposed.state, balance(final)) == ("final_approved", 100_000)
    event = final.events.get(kind="suspected")
    assert (event.visible_to_pro, event.mails.count()) == (False, 0)
    assert audit() == []


@pytest.mark.covers("X22")
def test_second_person_takes_the_credit_back_by_an_adjustment(
    final: RefundRequest, agent: User, root: User, pro: User
) -> None:
    propose(final, agent)

    corrected = confirm(final, root)

    assert (corrected.state, balance(final)) == ("final_approved", 95_000)
    correction = Correction.objects.get(request=final)
    assert (correction.proposed_by, correction.confirmed_by) == (agent, root)
    transfer = correction.transfer
    assert transfer is not None
    assert (transfer.kind, transfer.amount_cents, transfer.note) == (
        Transfer.Kind.ADJUSTMENT,
        5000,
        REASON,
    )
    assert transfer.destination.kind == LedgerAccount.Kind.REFUNDS
    assert final.events.get(kind="corrected").visible_to_pro
    outbox.send_due()
    letter = mail.outbox[-1]
    assert letter.to == [pro.email]
    assert "took $50.00 back from your balance" in letter.body
    assert REASON in letter.body
    assert audit() == []


@pytest.mark.covers("X22", "X28")
def test_held_fee_that_an_appeal_released_is_due_once_corrected(
    pro_company: ServicePro, pro: User, agent: User, manager: User, root: User
) -> None:
    sale = LeadSaleFactory.create(pro=pro_company, held=True)
    final = make.again(make.final_approved(sale, pro, agent, manager))
    propose(final, agent)

    confirm(final, root)

    transfer = Correction.objects.get(request=final).transfer
    assert transfer is not None
    revenue = ledger.house_account(final.program, LedgerAccount.Kind.REVENUE)
    assert (transfer.destination, transfer.amount_cents) == (revenue, 5_000)
    assert balance(final) == 95_000
    assert ledger.wallet(pro_company, LedgerAccount.Kind.HOLD).balance_cents == 0
    assert audit() == []


def test_correction_that_went_elsewhere_than_the_credit_came_from_is_found(
    final: RefundRequest, agent: User, root: User
) -> None:
    propose(final, agent)
    confirm(final, root)
    revenue = ledger.house_account(final.program, LedgerAccount.Kind.REVENUE)
    append_only.unprotect(connection, "accounts_transfer")
    Transfer.objects.filter(corrects__request=final).update(destination=revenue)

    assert audit()[-1] == (
        f"request {final.reference} was corrected by something else than its credit"
    )


@pytest.mark.covers("X22", "X37")
def test_corrected_sale_is_not_credited_again(
    final: RefundRequest, agent: User, root: User
) -> None:
    propose(final, agent)
    confirm(final, root)

    assert make.again(final).sale.credited_cents == 5000
    with refused(CreditRefused), transaction.atomic():
        money.credit(make.again(final), cents=1, at=timezone.now())


@pytest.mark.covers("X22")
def test_nobody_confirms_their_own_proposal(final: RefundRequest, root: User) -> None:
    propose(final, root)

    with refused(NotAllowed):
        confirm(final, root)
    with refused(IntegrityError), transaction.atomic():
        Correction.objects.filter(request=final).update(
            confirmed_by=root,
            confirmed_at=timezone.now(),
            transfer=Transfer.objects.order_by("pk").first(),
        )


@pytest.mark.covers("X22")
@pytest.mark.parametrize("persona", ["other_agent", "manager", "pro", "stranger"])
def test_only_an_administrator_confirms(
    persona: str, final: RefundRequest, agent: User, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)
    propose(final, agent)

    with refused(NotAllowed):
        confirm(final, actor)


@pytest.mark.parametrize("persona", ["manager", "pro", "stranger"])
def test_only_the_team_proposes(
    persona: str, final: RefundRequest, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)

    with refused(NotAllowed):
        propose(final, actor)


def test_nothing_is_confirmed_that_nobody_proposed(final: RefundRequest, root: User) -> None:
    with refused(CorrectionRefused):
        confirm(final, root)


def test_credit_is_corrected_once(final: RefundRequest, agent: User, root: User) -> None:
    propose(final, agent)
    with refused(CorrectionRefused):
        propose(final, agent)
    confirm(final, root)
    with refused(CorrectionRefused):
        confirm(final, root)


@pytest.mark.covers("X22")
@pytest.mark.parametrize("reason", ["", " \n"])
def test_proposal_needs_a_reason(final: RefundRequest, agent: User, reason: str) -> None:
    with refused(CorrectionRefused):
        propose(final, agent, reason)


def test_member_of_the_pro_has_no_part_in_it(
    final: RefundRequest, agent: User, other_agent: User, root: User
) -> None:
    for user in (other_agent, root):
        Membership.objects.create(user=user, pro=final.pro)
    with refused(NotAllowed):
        propose(final, other_agent)
    propose(final, agent)
    with refused(NotAllowed):
        confirm(final, root)


@pytest.mark.covers("X22")
@pytest.mark.parametrize(
    "state", ["investigating", "approved", "declined", "appealed", "final_declined", "reversed"]
)
def test_only_a_final_credit_is_corrected(
    state: str, pro_company: ServicePro, pro: User, agent: User, manager: User
) -> None:
    sale = LeadSaleFactory.create(pro=pro_company)
    request = in_state(state, sale, pro, agent, manager)

    with refused(Stale):
        propose(request, agent)


def test_stale_page_corrects_nothing(final: RefundRequest, agent: User) -> None:
    with refused(Stale):
        corrections.propose(
            reference=final.reference,
            actor=agent,
            expected_version=final.version - 1,
            reason=REASON,
        )


@pytest.mark.covers("X22")
def test_administrator_dismisses_and_the_credit_stays(
    final: RefundRequest, agent: User, root: User
) -> None:
    propose(final, agent)

    dismissed = dismiss(final, root, f" {WHOLE}\n")

    assert (dismissed.state, balance(final)) == ("final_approved", 100_000)
    correction = Correction.objects.get(request=final)
    assert (correction.dismissed_by, correction.dismissal) == (root, WHOLE)
    assert (correction.confirmed_by, correction.transfer) == (None, None)
    event = final.events.order_by("pk").last()
    assert event is not None
    assert (event.kind, event.actor, event.at) == ("dismissed", root, correction.dismissed_at)
    assert event.data == {"reason": WHOLE}
    assert (event.visible_to_pro, event.mails.count()) == (False, 0)
    assert not corrections.is_corrected(dismissed)
    assert audit() == []


@pytest.mark.covers("X22")
def test_who_proposed_takes_it_back(final: RefundRequest, agent: User) -> None:
    propose(final, agent)

    dismiss(final, agent)

    assert Correction.objects.get(request=final).dismissed_by == agent
    assert corrections.waiting(final) is None


@pytest.mark.covers("X22")
@pytest.mark.parametrize("persona", ["other_agent", "manager", "pro", "stranger"])
def test_nobody_else_dismisses(
    persona: str, final: RefundRequest, agent: User, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)
    propose(final, agent)

    assert not corrections.may_dismiss(final, actor)
    with refused(NotAllowed):
        dismiss(final, actor)


def test_who_proposed_and_left_the_team_dismisses_nothing(
    final: RefundRequest, agent: User
) -> None:
    propose(final, agent)
    agent.groups.clear()

    with refused(NotAllowed):
        dismiss(final, User.objects.get(pk=agent.pk))


def test_member_of_the_pro_dismisses_nothing(final: RefundRequest, agent: User, root: User) -> None:
    propose(final, agent)
    Membership.objects.create(user=root, pro=final.pro)

    with refused(NotAllowed):
        dismiss(final, root)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_dismissal_needs_a_reason(
    final: RefundRequest, agent: User, root: User, reason: str
) -> None:
    propose(final, agent)

    with refused(CorrectionRefused):
        dismiss(final, root, reason)


@pytest.mark.covers("X22")
def test_what_is_settled_is_settled(final: RefundRequest, agent: User, root: User) -> None:
    with refused(CorrectionRefused):
        dismiss(final, root)
    propose(final, agent)
    dismiss(final, root)
    for step in (dismiss, confirm):
        with refused(CorrectionRefused):
            step(final, root)
    propose(final, agent)
    confirm(final, root)
    with refused(CorrectionRefused):
        dismiss(final, root)


@pytest.mark.covers("X22")
def test_dismissed_credit_can_be_doubted_and_corrected_again(
    final: RefundRequest, agent: User, other_agent: User, root: User
) -> None:
    propose(final, agent)
    dismiss(final, root)
    assert corrections.can_be_proposed(make.again(final))

    propose(final, other_agent, "The contact told us that they bought.")
    assert not corrections.can_be_proposed(make.again(final))
    corrected = confirm(final, root)

    assert (corrected.state, balance(final)) == ("final_approved", 95_000)
    assert corrections.is_corrected(corrected)
    both = Correction.objects.order_by("pk")
    assert [(one.proposed_by, one.dismissed_by, one.confirmed_by) for one in both] == [
        (agent, root, None),
        (other_agent, None, root),
    ]
    assert audit() == []


def test_stale_page_dismisses_nothing(final: RefundRequest, agent: User, root: User) -> None:
    propose(final, agent)

    with refused(Stale):
        corrections.dismiss(
            reference=final.reference, actor=root, expected_version=final.version, reason=WHOLE
        )


@pytest.mark.parametrize(
    "change",
    [
        {"dismissal": WHOLE},
        {"dismissed_at": timezone.now()},
        {"dismissed_at": timezone.now(), "dismissal": WHOLE},
    ],
    ids=["reason", "time", "nobody"],
)
def test_dismissal_is_whole(change: dict[str, object], final: RefundRequest, agent: User) -> None:
    propose(final, agent)

    with refused(IntegrityError), transaction.atomic():
        Correction.objects.filter(request=final).update(**change)


def test_what_was_confirmed_is_not_dismissed(final: RefundRequest, agent: User, root: User) -> None:
    propose(final, agent)
    confirm(final, root)

    with refused(IntegrityError), transaction.atomic():
        Correction.objects.filter(request=final).update(
            dismissed_by=root, dismissed_at=timezone.now(), dismissal=WHOLE
        )


def test_two_corrections_do_not_stand_at_once(final: RefundRequest, agent: User) -> None:
    propose(final, agent)

    with refused(IntegrityError), transaction.atomic():
        Correction.objects.create(
            request=final, reason=REASON, proposed_by=agent, proposed_at=timezone.now()
        )
