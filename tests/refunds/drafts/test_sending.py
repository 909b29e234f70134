"""Sending a draft: one transaction, one request, and nothing of the draft is left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft, DraftFile, Evidence, Finding, RefundRequest, State
from refunds.services import decide, drafts, file, investigate
from refunds.services.audit import audit
from refunds.services.drafts import NothingBegun
from refunds.services.file import AlreadyRequested, ClaimRefused, DraftChanged
from refunds.uploads import CleanFile
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.snapshots import everything, refused

PHOTO = CleanFile("call log.png", "image/png", b"drawn anew")


def written(sale: LeadSale, pro: User, **answers: str) -> ClaimDraft:
    """Return a complete draft with a photo; ``answers`` change what it says."""
    drafts.keep(
        sale_uuid=sale.uuid,
        actor=pro,
        reason=answers.pop("reason", "incorrect_contact"),
        explanation=answers.pop("explanation", make.EXPLANATION),
        details={"who_answered": "stranger", **answers},
    )
    drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=PHOTO)
    return ClaimDraft.objects.get(author=pro)


def send(draft: ClaimDraft) -> RefundRequest:
    return drafts.submit(
        sale_uuid=draft.sale.uuid,
        actor=draft.author,
        command_id=draft.command_id,
        saved_at=draft.saved_at,
    )


def test_it_becomes_a_request_and_its_files_become_the_evidence(
    sale: LeadSale, pro: User, folder: Path
) -> None:
    draft = written(sale, pro)
    [stored] = [path.name for path in folder.iterdir()]

    filed = send(draft)

    request = RefundRequest.objects.get()
    assert filed == request
    assert (request.command_id, request.begun_at) == (draft.command_id, draft.worded_at)
    assert (request.reason, request.explanation) == ("incorrect_contact", make.EXPLANATION)
    assert (request.details, request.state) == ({"who_answered": "stranger"}, State.INVESTIGATING)
    kept = Evidence.objects.get()
    assert (kept.file.name, kept.original_name, kept.uploaded_by) == (stored, "call log.png", pro)
    assert [path.name for path in folder.iterdir()] == [stored]
    assert (ClaimDraft.objects.count(), DraftFile.objects.count()) == (0, 0)
    assert request.events.get(kind="filed").data == {"files": 1}
    assert audit() == []


def test_sent_again_it_is_the_same_request(sale: LeadSale, pro: User) -> None:
    draft = written(sale, pro)
    first = send(draft)
    before = everything()

    assert send(draft) == first
    assert everything() == before


def test_sent_again_after_the_lead_left_the_account_it_is_the_same_request(
    sale: LeadSale, pro: User
) -> None:
    draft = written(sale, pro)
    first = send(draft)
    LeadSale.objects.filter(pk=sale.pk).update(detached_at=timezone.now())

    assert send(draft) == first


def test_only_answers_of_the_chosen_reason_are_sent(sale: LeadSale, pro: User) -> None:
    draft = written(sale, pro, reason="wrong_location", job_postal_code="99999")
    assert send(draft).details == {"job_postal_code": "99999"}


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"explanation": "Too short."}, "Tell us what happened in at least 20 characters"),
        ({"who_answered": "nobody"}, "Choose one of the answers to: Who did you reach?"),
        (
            {"reason": "wrong_location", "job_postal_code": "1"},
            "Give a ZIP code of five digits",
        ),
    ],
)
def test_a_draft_with_bad_answers_stays_a_draft(
    sale: LeadSale, pro: User, answers: dict[str, str], sentence: str
) -> None:
    draft = written(sale, pro, **answers)
    with refused(ClaimRefused) as caught:
        send(draft)
    assert sentence in str(caught.value)


def test_a_draft_that_changed_meanwhile_is_not_sent(sale: LeadSale, pro: User) -> None:
    seen = written(sale, pro)
    drafts.keep(sale_uuid=sale.uuid, actor=pro, explanation="Something else altogether.")
    with refused(DraftChanged):
        send(seen)


def test_a_draft_that_was_begun_anew_is_not_sent_by_the_old_page(sale: LeadSale, pro: User) -> None:
    seen = written(sale, pro)
    drafts.discard(sale_uuid=sale.uuid, actor=pro)
    written(sale, pro)
    with refused(DraftChanged):
        send(seen)


def test_a_draft_is_not_sent_by_another_number(sale: LeadSale, pro: User) -> None:
    written(sale, pro)
    with refused(DraftChanged):
        drafts.submit(sale_uuid=sale.uuid, actor=pro, command_id=uuid4())


@pytest.mark.covers("L22")
def test_a_click_that_another_overtook_while_the_lead_left_is_the_same_request(
    sale: LeadSale, pro: User
) -> None:
    draft = written(sale, pro)
    with overtaken_by(lambda: leaving(sale, partial(send, draft))):
        late = send(draft)
    assert late == RefundRequest.objects.get()


@pytest.mark.covers("L22")
def test_a_row_of_a_file_that_was_overtaken_while_the_lead_left_is_the_same_request(
    sale: LeadSale, pro: User
) -> None:
    claim = partial(
        file.file_claim,
        sale_uuid=sale.uuid,
        actor=pro,
        command_id=uuid4(),
        reason="duplicate",
        explanation=make.EXPLANATION,
        details={},
    )
    with overtaken_by(lambda: leaving(sale, claim)):
        late = claim()
    assert late == RefundRequest.objects.get()


@contextmanager
def overtaken_by(other: Callable[[], object]) -> Iterator[None]:
    """Let another click be through with it right after the first question for its request."""
    waiting = [other]

    def asked(execute: Callable[..., object], sql: str, *rest: object) -> object:
        answer = execute(sql, *rest)
        if waiting and sql.startswith("SELECT") and '"command_id" = ' in sql:
            waiting.pop()()
        return answer

    with connection.execute_wrapper(asked):
        yield


def leaving(sale: LeadSale, click: Callable[[], RefundRequest]) -> None:
    """Do a click, after which the lead is in the account no more."""
    click()
    LeadSale.objects.filter(pk=sale.pk).update(detached_at=timezone.now())


def test_nothing_is_sent_without_a_draft(sale: LeadSale, pro: User) -> None:
    with refused(NothingBegun):
        drafts.submit(sale_uuid=sale.uuid, actor=pro, command_id=uuid4())


def test_a_colleagues_draft_is_not_sent(sale: LeadSale, pro: User) -> None:
    draft = written(sale, pro)
    colleague = MembershipFactory.create(pro=sale.pro).user
    with refused(NothingBegun):
        drafts.submit(sale_uuid=sale.uuid, actor=colleague, command_id=draft.command_id)


def test_a_colleagues_request_is_not_given_back_as_ones_own(sale: LeadSale, pro: User) -> None:
    draft = written(sale, pro)
    colleague = MembershipFactory.create(pro=sale.pro).user
    written_by_colleague = written_for(sale, colleague)
    send(draft)
    with refused(AlreadyRequested):
        send(written_by_colleague)
    assert list(ClaimDraft.objects.all()) == [written_by_colleague]


def written_for(sale: LeadSale, author: User) -> ClaimDraft:
    drafts.keep(sale_uuid=sale.uuid, actor=author, reason="duplicate", explanation=make.EXPLANATION)
    return ClaimDraft.objects.get(author=author)


SOLD_AT = datetime.fromisoformat("2026-03-02T09:00:00-05:00")
CLOSES_AT = datetime.fromisoformat("2026-03-07T23:59:59-05:00")
A_DAY = timedelta(hours=24)
A_SECOND = timedelta(seconds=1)


def begun(sale: LeadSale, pro: User, at: datetime) -> ClaimDraft:
    """Return a complete draft for a lead of 2 March, written at that moment."""
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD_AT)
    with time_machine.travel(at, tick=False):
        return written(sale, pro)


@pytest.mark.covers("C1", "C35")
def test_a_draft_begun_in_time_has_a_day_after_the_close(
    sale: LeadSale, pro: User, agent: User
) -> None:
    draft = begun(sale, pro, CLOSES_AT)
    with time_machine.travel(CLOSES_AT + A_DAY, tick=False):
        filed = send(draft)
        assert (filed.submitted_at, filed.begun_at) == (CLOSES_AT + A_DAY, CLOSES_AT)
        assert "begun_in_time" in {check["code"] for check in filed.checks}
        assert approved(filed, agent).state == State.APPROVED


@pytest.mark.covers("C1", "C35")
def test_a_draft_that_is_too_late_stays_a_draft(sale: LeadSale, pro: User) -> None:
    draft = begun(sale, pro, CLOSES_AT)
    too_late = CLOSES_AT + A_DAY + A_SECOND
    with time_machine.travel(too_late, tick=False), refused(ClaimRefused) as caught:
        send(draft)
    assert "could be asked for until Sat 7 Mar 2026, 23:59 EST" in str(caught.value)


def approved(filed: RefundRequest, agent: User) -> RefundRequest:
    """Approve it as the team does: what is decided on then knows of the draft as well."""
    investigate.add_finding(
        reference=filed.reference,
        actor=agent,
        expected_version=filed.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.SUPPORTS,
        note="Called the number: it belongs to somebody else.",
    )
    fresh = make.again(filed)
    return decide.approve(reference=fresh.reference, actor=agent, expected_version=fresh.version)
