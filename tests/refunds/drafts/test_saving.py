"""Keeping a claim as it is typed: whatever is typed, for its author alone."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft, DraftFile, ExceptionRequest
from refunds.services import drafts
from refunds.services.drafts import FileRefused, NothingBegun
from refunds.services.file import AlreadyRequested, ClaimRefused, DraftChanged
from refunds.uploads import CleanFile
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

PHOTO = CleanFile("call log.png", "image/png", b"drawn anew")


def begin(sale: LeadSale, pro: User, reason: str = "incorrect_contact") -> ClaimDraft:
    return drafts.keep(sale_uuid=sale.uuid, actor=pro, reason=reason)


def test_half_and_bad_answers_are_kept(sale: LeadSale, pro: User) -> None:
    begin(sale, pro)
    drafts.keep(
        sale_uuid=sale.uuid, actor=pro, explanation="He sa", details={"who_answered": "nobody"}
    )
    draft = ClaimDraft.objects.get()
    assert (draft.sale, draft.author, draft.reason) == (sale, pro, "incorrect_contact")
    assert (draft.explanation, draft.details) == ("He sa", {"who_answered": "nobody"})


def test_what_is_not_given_stays(sale: LeadSale, pro: User) -> None:
    begin(sale, pro)
    drafts.keep(
        sale_uuid=sale.uuid, actor=pro, explanation="He said no.", details={"who_answered": "other"}
    )
    drafts.keep(sale_uuid=sale.uuid, actor=pro, reason="wrong_location")
    drafts.keep(sale_uuid=sale.uuid, actor=pro, details={"job_postal_code": ""})
    draft = ClaimDraft.objects.get()
    assert (draft.reason, draft.explanation) == ("wrong_location", "He said no.")
    assert draft.details == {"who_answered": "other", "job_postal_code": ""}


def test_nul_is_left_out(sale: LeadSale, pro: User) -> None:
    begin(sale, pro)
    drafts.keep(
        sale_uuid=sale.uuid, actor=pro, explanation="a\x00b", details={"who_answered": "\x00x"}
    )
    draft = ClaimDraft.objects.get()
    assert (draft.explanation, draft.details) == ("ab", {"who_answered": "x"})


def test_it_is_begun_once_and_that_never_moves(sale: LeadSale, pro: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begun_at = begin(sale, pro).begun_at
        clock.shift(timedelta(hours=1))
        begin(sale, pro, reason="duplicate")
        draft = ClaimDraft.objects.get()
        assert (draft.begun_at, draft.saved_at) == (begun_at, begun_at + timedelta(hours=1))


@pytest.mark.parametrize("reason", ["bad_mood", "", "technical_issue"])
def test_no_reason_of_the_program_begins_nothing(sale: LeadSale, pro: User, reason: str) -> None:
    with refused(ClaimRefused):
        begin(sale, pro, reason=reason)


def test_nothing_is_begun_without_a_reason(sale: LeadSale, pro: User) -> None:
    with refused(NothingBegun):
        drafts.keep(sale_uuid=sale.uuid, actor=pro, explanation="He said no.")


def test_a_lead_that_was_requested_is_not_drafted(sale: LeadSale, pro: User) -> None:
    begin(sale, pro)
    live = make.investigating(sale, pro)
    with refused(AlreadyRequested) as caught:
        drafts.keep(sale_uuid=sale.uuid, actor=pro, explanation="Once more.")
    assert live.reference in str(caught.value)


def test_a_sale_of_somebody_else_is_none(sale: LeadSale, other_pro: User, manager: User) -> None:
    for person in (other_pro, manager):
        with refused(LeadSale.DoesNotExist):
            begin(sale, person)


def test_a_detached_lead_is_none(sale: LeadSale, pro: User) -> None:
    begin(sale, pro)
    LeadSale.objects.filter(pk=sale.pk).update(detached_at=timezone.now())
    with refused(LeadSale.DoesNotExist):
        drafts.keep(sale_uuid=sale.uuid, actor=pro, explanation="He said no.")


def test_each_member_of_a_firm_has_a_draft_of_their_own(sale: LeadSale, pro: User) -> None:
    colleague = MembershipFactory.create(pro=sale.pro).user
    begin(sale, pro)
    begin(sale, colleague, reason="duplicate")
    assert [one.reason for one in drafts.open_for(pro)] == ["incorrect_contact"]
    assert [one.reason for one in drafts.open_for(colleague)] == ["duplicate"]
    [with_mine] = LeadSale.objects.prefetch_related(drafts.of(colleague))
    assert [one.reason for one in with_mine.drafts.all()] == ["duplicate"]


def test_the_list_has_what_can_still_be_sent_and_the_last_saved_first(
    sale: LeadSale, pro: User
) -> None:
    requested = LeadSaleFactory.create(pro=sale.pro)
    detached = LeadSaleFactory.create(pro=sale.pro)
    second = LeadSaleFactory.create(pro=sale.pro)
    for one in (sale, requested, detached, second):
        begin(one, pro)
    make.investigating(requested, pro)
    LeadSale.objects.filter(pk=detached.pk).update(detached_at=timezone.now())
    drafts.keep(sale_uuid=sale.uuid, actor=pro, explanation="He said no.")
    assert [one.sale for one in drafts.open_for(pro)] == [sale, second]


def test_a_file_is_kept_once(sale: LeadSale, pro: User, folder: Path) -> None:
    begin(sale, pro)
    first = drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    again = drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    assert again == first
    assert (first.original_name, first.size) == ("call log.png", 10)
    assert [path.name for path in folder.iterdir()] == [first.file.name]


def test_there_is_room_for_ten_files(sale: LeadSale, pro: User, folder: Path) -> None:
    begin(sale, pro)
    for number in range(10):
        file = CleanFile(f"{number}.png", "image/png", str(number).encode())
        drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=file)
    with refused(FileRefused) as caught:
        drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    assert str(caught.value) == "“call log.png” is one too many: send at most 10 files."
    assert len(list(folder.iterdir())) == 10


def test_a_file_without_a_draft_is_refused(sale: LeadSale, pro: User, folder: Path) -> None:
    with refused(NothingBegun):
        drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    assert list(folder.iterdir()) == []


def test_a_removed_file_is_gone(sale: LeadSale, pro: User, folder: Path) -> None:
    begin(sale, pro)
    file = drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    drafts.remove_file(sale_uuid=sale.uuid, actor=pro, file_uuid=file.uuid)
    assert (DraftFile.objects.count(), list(folder.iterdir())) == (0, [])


def test_a_colleagues_file_is_not_removed(sale: LeadSale, pro: User, folder: Path) -> None:
    colleague = MembershipFactory.create(pro=sale.pro).user
    begin(sale, pro)
    begin(sale, colleague)
    file = drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    with refused(DraftFile.DoesNotExist):
        drafts.remove_file(sale_uuid=sale.uuid, actor=colleague, file_uuid=file.uuid)
    assert len(list(folder.iterdir())) == 1


def test_a_discarded_draft_is_gone_with_its_files(sale: LeadSale, pro: User, folder: Path) -> None:
    begin(sale, pro)
    drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    assert drafts.discard(sale_uuid=sale.uuid, actor=pro) is True
    assert drafts.discard(sale_uuid=sale.uuid, actor=pro) is False
    assert (ClaimDraft.objects.count(), DraftFile.objects.count()) == (0, 0)
    assert list(folder.iterdir()) == []


def test_an_older_save_does_not_take_the_place_of_newer_words(sale: LeadSale, pro: User) -> None:
    begin(sale, pro)
    drafts.keep(sale_uuid=sale.uuid, actor=pro, explanation="He said no, twice.")
    for late in ({"explanation": "He sa"}, {"reason": "duplicate"}, {"details": {"x": "y"}}):
        with refused(DraftChanged):
            drafts.keep(sale_uuid=sale.uuid, actor=pro, edition=0, may_be_late=True, **late)


def test_a_save_that_comes_after_a_button_is_late_though_that_changed_nothing(
    sale: LeadSale, pro: User
) -> None:
    begin(sale, pro)
    for _button in range(2):
        drafts.keep(sale_uuid=sale.uuid, actor=pro, explanation="He said no.", edition=3)
    for edition in (0, 3, 4):
        with refused(DraftChanged):
            drafts.keep(
                sale_uuid=sale.uuid,
                actor=pro,
                explanation="He sa",
                edition=edition,
                may_be_late=True,
            )


def test_saves_of_one_page_follow_each_other(sale: LeadSale, pro: User) -> None:
    for edition, words in ((0, "He"), (1, "He sa"), (2, "He sa"), (4, "He said no.")):
        drafts.keep(
            sale_uuid=sale.uuid,
            actor=pro,
            reason="duplicate",
            explanation=words,
            edition=edition,
            may_be_late=True,
        )
    draft = ClaimDraft.objects.get()
    assert (draft.explanation, draft.edition) == ("He said no.", 5)


def test_a_file_makes_no_save_late(sale: LeadSale, pro: User, folder: Path) -> None:
    edition = begin(sale, pro).edition
    drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    drafts.keep(
        sale_uuid=sale.uuid, actor=pro, explanation="He said no.", edition=edition, may_be_late=True
    )
    assert ClaimDraft.objects.get().explanation == "He said no."


def test_whoever_has_a_draft_is_not_deleted(sale: LeadSale, pro: User, folder: Path) -> None:
    begin(sale, pro)
    drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    pro.memberships.all().delete()
    with pytest.raises(ProtectedError) as caught:
        pro.delete()
    assert set(caught.value.protected_objects) == set(ClaimDraft.objects.all())
    assert len(list(folder.iterdir())) == 1


@pytest.mark.covers("L6")
def test_by_an_exception_a_closed_lead_is_begun(sale: LeadSale, pro: User, manager: User) -> None:
    now = timezone.now()
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=now - timedelta(days=30))
    ExceptionRequest.objects.create(
        sale=sale,
        cause="hurricane",
        words="No power.",
        asked_by=pro,
        asked_at=now,
        granted=True,
        decided_by=manager,
        decided_at=now,
        answer="Yes.",
        claim_until=now + timedelta(days=1),
    )
    assert begin(sale, pro).reason == "incorrect_contact"
