"""Files that go with an answer or an appeal: all arrive, or it is said which did not."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.pages.browser import png, text_of
from tests.pages.requests.steps import Draw
from tests.snapshots import everything


@pytest.mark.parametrize("step", ["reply", "appeal"])
def test_a_good_file_beside_a_bad_one_has_to_be_chosen_again(
    step: str, ready_for: Draw, pro_client: Client
) -> None:
    request = ready_for(step)
    before = everything()
    told = {
        "version": request.version,
        "complete": "1",
        "answer": "This one.",
        "text": "You reached the tenant.",
    }
    files = [SimpleUploadedFile("tool.exe", b"MZ"), SimpleUploadedFile("call log.png", png())]
    page = pro_client.post(f"/requests/{request.reference}/{step}/", {**told, "files": files})
    assert page.status_code == 422
    assert "“tool.exe” is not a picture" in text_of(page)
    assert "Nothing is wrong with call log.png, but it was not kept: choose it again." in text_of(
        page
    )
    assert 'id="id_camera"' in text_of(page)
    assert everything() == before


@pytest.mark.parametrize(("step", "field"), [("reply", "answer"), ("appeal", "text")])
def test_an_upload_that_was_cut_off_sends_nothing(
    ready_for: Draw,
    pro_client: Client,
    step: str,
    field: str,
    evidence_folder: Path,
) -> None:
    request = ready_for(step)
    before = everything()
    files = [SimpleUploadedFile("call log.png", png())]
    form = {"version": request.version, field: "My words stay as I wrote them.", "files": files}
    page = pro_client.post(f"/requests/{request.reference}/{step}/", form)
    assert page.status_code == 422
    assert '<a href="#id_files">The upload was interrupted. Choose the files again.</a>' in text_of(
        page
    )
    assert "My words stay as I wrote them.</textarea>" in text_of(page)
    assert (everything(), list(evidence_folder.iterdir())) == (before, [])


def test_a_body_of_which_half_arrived_files_no_appeal(
    ready_for: Draw, pro_client: Client, picture: SimpleUploadedFile
) -> None:
    request = ready_for("appeal")
    before = everything()
    form = {"version": request.version, "text": "You reached the tenant.", "files": [picture]}
    body = encode_multipart(BOUNDARY, form | {"complete": "1"})
    page = pro_client.generic(
        "POST", f"/requests/{request.reference}/appeal/", body[:-300], MULTIPART_CONTENT
    )
    assert page.status_code == 422
    assert "The upload was interrupted." in text_of(page)
    assert everything() == before


@pytest.mark.parametrize("step", ["reply", "appeal"])
def test_what_shows_that_all_arrived_stands_behind_the_files(
    ready_for: Draw, pro_client: Client, step: str
) -> None:
    request = ready_for(step)
    pages = [f"/requests/{request.reference}/{step}/"]
    pages += [f"/requests/{request.reference}/"] if step == "reply" else []
    for page in pages:
        words = text_of(pro_client.get(page))
        fields = re.findall(r'name="(version|files|complete)"', words)
        assert fields == ["version", "files", "files", "complete"]
        assert 'capture="environment"' in words


@pytest.mark.parametrize(
    ("step", "words", "problem"),
    [
        ("reply", {"answer": " "}, "Write your answer."),
        ("appeal", {"text": "Wrong."}, "Say what is wrong with the decision in at least 20"),
    ],
)
def test_good_files_beside_wrong_words_have_to_be_chosen_again(
    ready_for: Draw, pro_client: Client, step: str, words: dict[str, str], problem: str
) -> None:
    request = ready_for(step)
    before = everything()
    files = [SimpleUploadedFile(f"{number}.png", png()) for number in (1, 2)]
    form = {"version": request.version, "complete": "1", "files": files, **words}
    page = pro_client.post(f"/requests/{request.reference}/{step}/", form)
    lost = "Nothing is wrong with 1.png, 2.png, but they were not kept: choose them again."
    assert page.status_code == 422
    assert problem in text_of(page)
    assert text_of(page).count(lost) == 2
    assert everything() == before


@pytest.mark.parametrize("count", [11, 31])
def test_too_many_files_are_said_and_the_words_stay(
    count: int, ready_for: Draw, pro_client: Client
) -> None:
    request = ready_for("appeal")
    before = everything()
    files = [SimpleUploadedFile(f"{number}.png", png()) for number in range(count)]
    form = {"version": request.version, "complete": "1", "files": files, "text": "She is wrong."}
    page = pro_client.post(f"/requests/{request.reference}/appeal/", form)
    assert page.status_code == 422
    assert "Send at most 10 files, and choose them again." in text_of(page)
    assert "She is wrong.</textarea>" in text_of(page)
    assert everything() == before


def test_files_of_a_page_that_was_overtaken_have_to_be_chosen_again(
    ready_for: Draw, pro_client: Client, picture: SimpleUploadedFile
) -> None:
    request = ready_for("reply")
    before = everything()
    form = {"version": request.version - 1, "complete": "1", "answer": "Yes.", "files": [picture]}
    page = pro_client.post(f"/requests/{request.reference}/reply/", form)
    assert page.status_code == 409
    assert "This request has changed since you opened it" in text_of(page)
    assert "Nothing is wrong with call log.png, but it was not kept" in text_of(page)
    assert everything() == before
