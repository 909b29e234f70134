"""Two of the same at once: one request, one file, and no words of a draft after it was sent."""

from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft, DraftFile, Evidence, RefundRequest
from refunds.services import drafts
from refunds.uploads import CleanFile
from tests.factories.leads import LeadSaleFactory
from tests.refunds.drafts.test_sending import PHOTO, send, written
from tests.refunds.test_concurrency import at_once, kinds_of

LATER = "She moved away, he says now."

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_clicks_are_one_request(sale: LeadSale, pro: User, folder: Path) -> None:
    draft = written(sale, pro)

    outcomes = at_once(*[partial(send, draft)] * 6)

    assert kinds_of(outcomes) == {"RefundRequest": 6}
    assert len({str(outcome) for outcome in outcomes}) == 1
    assert RefundRequest.objects.count() == 1
    assert [one.file.name for one in Evidence.objects.all()] == [
        path.name for path in folder.iterdir()
    ]


def test_a_save_that_comes_while_it_is_sent_leaves_no_draft_behind(
    sale: LeadSale, pro: User, folder: Path
) -> None:
    for _round in range(5):
        one = LeadSaleFactory.create(pro=sale.pro)
        drafts.keep(sale_uuid=one.uuid, actor=pro, reason="incorrect_contact")
        drafts.keep(sale_uuid=one.uuid, actor=pro, explanation="He said that she moved away.")
        draft = ClaimDraft.objects.get(sale=one)

        sent, saved = at_once(
            partial(send, draft),
            partial(drafts.keep, sale_uuid=one.uuid, actor=pro, explanation=LATER),
        )

        filed, kept = RefundRequest.objects.filter(sale=one), ClaimDraft.objects.filter(sale=one)
        if isinstance(sent, RefundRequest):
            assert type(saved).__name__ in ("AlreadyRequested", "ClaimDraft")
            assert (filed.count(), kept.count()) == (1, 0)
        else:
            assert type(sent).__name__ == "DraftChanged"
            assert (filed.count(), kept.get().explanation) == (0, LATER)


def test_a_draft_is_begun_once(sale: LeadSale, pro: User, folder: Path) -> None:
    begin = partial(drafts.keep, sale_uuid=sale.uuid, actor=pro, reason="duplicate")

    outcomes = at_once(*[begin] * 6)

    assert kinds_of(outcomes) == {"ClaimDraft": 6}
    assert ClaimDraft.objects.count() == 1


def test_files_that_come_at_once_keep_to_the_limit(sale: LeadSale, pro: User, folder: Path) -> None:
    drafts.keep(sale_uuid=sale.uuid, actor=pro, reason="duplicate")
    for number in range(8):
        file = CleanFile(f"{number}.png", "image/png", str(number).encode())
        drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=file)
    files = [CleanFile(f"at once {n}.png", "image/png", b"at once %d" % n) for n in range(5)]

    outcomes = at_once(
        *[partial(drafts.add_file, sale_uuid=sale.uuid, actor=pro, file=one) for one in files],
        partial(drafts.add_file, sale_uuid=sale.uuid, actor=pro, file=files[0]),
    )

    assert kinds_of(outcomes)["DraftFile"] + kinds_of(outcomes)["FileRefused"] == 6
    assert DraftFile.objects.count() == 10
    assert {one.file.name for one in DraftFile.objects.all()} == {
        path.name for path in folder.iterdir()
    }


def test_a_file_that_is_removed_while_it_is_sent_is_either(
    sale: LeadSale, pro: User, folder: Path
) -> None:
    draft = written(sale, pro)
    file = draft.files.get()

    remove = partial(drafts.remove_file, sale_uuid=sale.uuid, actor=pro, file_uuid=file.uuid)
    with suppress(DraftFile.DoesNotExist):  # it was evidence by then
        at_once(partial(send, draft), remove)

    named = {one.file.name for one in Evidence.objects.all()}
    named |= {one.file.name for one in DraftFile.objects.all()}
    assert named == {path.name for path in folder.iterdir()}
    assert PHOTO.name == file.original_name
