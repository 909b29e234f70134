"""The evidence on a request's page: what each file is, and a picture that opens in place."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leads.models import LeadSale
from refunds.models import Evidence
from tests.pages.browser import png, text_of
from tests.pages.claims.pages import continue_with, send

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def page(sale: LeadSale, pro_client: Client) -> str:
    """The page of a request with a picture and a document."""
    files = [
        SimpleUploadedFile("call log.png", png(), content_type="image/png"),
        SimpleUploadedFile("letter.pdf", PDF, content_type="application/pdf"),
    ]
    continue_with(pro_client, sale, files=files)
    send(pro_client, sale)
    request = Evidence.objects.order_by("pk")[0].request
    return text_of(pro_client.get(f"/requests/{request.reference}/"))


def test_each_file_says_what_it_is_and_how_big(page: str) -> None:
    assert 'call log.png</a> <span class="under">Picture · 1 KB · sent by' in page
    assert 'letter.pdf</a> <span class="under">PDF · 1 KB · sent by' in page


def test_a_picture_opens_in_place_and_a_document_does_not(page: str) -> None:
    picture, document = Evidence.objects.order_by("pk")
    assert f'<img src="/evidence/{picture.uuid}/" alt="call log.png" loading="lazy">' in page
    assert f'src="/evidence/{document.uuid}/"' not in page
    assert f'href="/evidence/{document.uuid}/"' in page
