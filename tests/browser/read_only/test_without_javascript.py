"""Every page of the portal and the desk in a browser that runs no scripts."""

import pytest
from pytest_django import Settings

from tests.browser.conftest import Opened
from tests.browser.read_only.main_things import expect_the_main_thing
from tests.browser.read_only.pages import VISITS, Visit, arrive
from tests.browser.watch import PHONE


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_page_needs_no_script(visit: Visit, open_window: Opened, settings: Settings) -> None:
    context = open_window(visit.who, size=PHONE, java_script_enabled=False)
    page = arrive(visit, context, settings)

    expect_the_main_thing(visit, page)
