"""The evidence of a draft: each file by itself, kept or refused with the reason."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft, DraftFile, RefundRequest
from tests.factories.refunds import EXPLANATION
from tests.pages.browser import png, text_of
from tests.pages.claims.pages import HTMX, continue_with, typed, url
from tests.snapshots import everything


def names() -> list[str]:
    return [file.original_name for file in DraftFile.objects.order_by("pk")]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_files_are_added_with_what_was_typed(
    sale: LeadSale, pro_client: Client, picture: SimpleUploadedFile, headers: dict[str, str]
) -> None:
    letter = SimpleUploadedFile("letter.pdf", b"%PDF-1.4 letter")
    data = typed(explanation="He sa", files=[picture, letter])
    page = pro_client.post(url(sale, "files/"), data, headers=headers, follow=True)
    assert page.status_code == 200
    assert names() == ["call log.png", "letter.pdf"]
    assert ClaimDraft.objects.get().explanation == "He sa"
    assert text_of(page).count(">Ready</span>") == 2
    assert ("<html" in text_of(page)) is (not headers)


def test_files_that_were_chosen_go_on_with_the_answers(
    sale: LeadSale, pro_client: Client, picture: SimpleUploadedFile
) -> None:
    assert continue_with(pro_client, sale, files=[picture])["Location"] == url(sale, "check/")
    assert names() == ["call log.png"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("page.svg", b"<svg onload='alert(1)'/>"), "is not a picture (JPEG, PNG, WebP) or a PDF"),
        (
            ("page.html.png", b"<script>alert(1)</script>"),
            "can&#x27;t be read as what its name says",
        ),
        (("empty.png", b""), "can&#x27;t be read as what its name says"),
        (("half.png", png()[:60]), "can&#x27;t be read as what its name says"),
        (("big.pdf", b"%PDF-" + b"0" * settings.EVIDENCE_MAX_BYTES), "is larger than 10 MB"),
    ],
)
def test_a_bad_file_is_refused_and_the_good_one_kept(
    sale: LeadSale, pro_client: Client, file: tuple[str, bytes], sentence: str
) -> None:
    files = [SimpleUploadedFile(*file), SimpleUploadedFile("good.png", png())]
    page = continue_with(pro_client, sale, files=files)
    assert page.status_code == 422
    words = text_of(page)
    assert f'<a href="#id_files">“{file[0]}” {sentence}' in words
    assert ">Rejected</span>" in words
    assert EXPLANATION in words
    assert names() == ["good.png"]
    assert RefundRequest.objects.count() == 0


def test_a_bad_file_in_the_background_is_told_beside_the_good_ones(
    sale: LeadSale, pro_client: Client, picture: SimpleUploadedFile
) -> None:
    bad = SimpleUploadedFile("page.svg", b"<svg/>")
    page = pro_client.post(url(sale, "files/"), typed(files=[bad, picture]), headers=HTMX)
    assert page.status_code == 200
    assert "“page.svg” is not a picture" in text_of(page)
    assert names() == ["call log.png"]


@pytest.mark.parametrize("count", [30, 31, 100])
def test_of_many_files_ten_are_kept_and_the_others_named(
    count: int, sale: LeadSale, pro_client: Client, evidence_folder: Path
) -> None:
    files = [
        SimpleUploadedFile(f"{number}.pdf", b"%%PDF-1.4 %d" % number) for number in range(count)
    ]
    page = continue_with(pro_client, sale, files=files)
    assert page.status_code == 422
    for number in range(10, count):
        assert f"“{number}.pdf” is one too many: send at most 10 files." in text_of(page)
    assert names() == [f"{number}.pdf" for number in range(10)]
    assert len(list(evidence_folder.iterdir())) == 10


def test_an_interrupted_upload_keeps_the_words_and_no_half_file(
    sale: LeadSale, pro_client: Client, evidence_folder: Path
) -> None:
    whole = SimpleUploadedFile("letter.pdf", b"%PDF-1.4 letter")
    page = continue_with(pro_client, sale, files=[whole], complete=None)
    assert page.status_code == 422
    assert "The upload was interrupted. Choose the files again." in text_of(page)
    assert (names(), list(evidence_folder.iterdir())) == ([], [])
    assert ClaimDraft.objects.get().explanation == EXPLANATION


def test_script_behind_a_picture_is_not_kept(sale: LeadSale, pro_client: Client) -> None:
    upload = SimpleUploadedFile("log.png", png() + b"<script>alert(1)</script>")
    continue_with(pro_client, sale, files=[upload])
    with DraftFile.objects.get().file.open("rb") as kept:
        content = kept.read()
    assert content.startswith(b"\x89PNG")
    assert b"script" not in content


def test_adding_without_a_file_says_so(sale: LeadSale, pro_client: Client) -> None:
    page = pro_client.post(url(sale, "files/"), typed())
    assert page.status_code == 422
    assert '<a href="#id_files">Choose a file first.' in text_of(page)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_file_is_removed_and_the_words_stay(
    sale: LeadSale,
    pro_client: Client,
    picture: SimpleUploadedFile,
    headers: dict[str, str],
    evidence_folder: Path,
) -> None:
    continue_with(pro_client, sale, files=[picture])
    remove = url(sale, f"files/{DraftFile.objects.get().uuid}/remove/")
    for _click in range(2):
        page = pro_client.post(remove, typed(explanation="He sa"), headers=headers, follow=True)
        assert page.status_code == 200
    assert (names(), list(evidence_folder.iterdir())) == ([], [])
    assert ClaimDraft.objects.get().explanation == "He sa"


def test_somebody_elses_file_is_not_found(
    sale: LeadSale, pro_client: Client, other_pro: User, picture: SimpleUploadedFile
) -> None:
    continue_with(pro_client, sale, files=[picture])
    before = everything()
    stranger = Client()
    stranger.force_login(other_pro)
    remove = url(sale, f"files/{DraftFile.objects.get().uuid}/remove/")
    assert stranger.post(remove, typed()).status_code == 404
    assert everything() == before
