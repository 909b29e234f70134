"""Who comes in, and what can't be done by anybody."""

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.admin.pages import LIST, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.accounts import UserFactory
from tests.snapshots import everything

PAGES = (
    "change",
    "take",
    "finding",
    "ask",
    "approve",
    "decline",
    "reverse",
    "seller_ask",
    "seller_reappeal",
    "seller_answer",
    "goodwill",
    "recording",
)


def test_the_admin_offers_requests_and_nothing_else() -> None:
    assert list(admin.site._registry) == [RefundRequest]


def test_staff_sign_in_by_e_mail_whatever_its_case(agent: User) -> None:
    visitor = Client()
    door = visitor.get(f"/admin/login/?next={LIST}")
    form = {"login": agent.email.upper(), "password": "a-long-secret", "next": LIST}

    answer = visitor.post(door["Location"], form)

    assert door["Location"] == f"/sign-in/?next={LIST}"
    assert (answer.status_code, answer["Location"]) == (302, LIST)


def test_one_signs_out_by_post(browser: SignedIn) -> None:
    assert browser.get("/admin/logout/").status_code == 405
    assert browser.post("/admin/logout/").status_code == 302
    assert browser.get(LIST).status_code == 302


@pytest.mark.parametrize("persona", ["pro", "other_pro", "manager", "stranger"])
def test_others_are_kept_out(
    request: pytest.FixtureRequest, sale: LeadSale, pro: User, persona: str
) -> None:
    case = refunds.investigating(sale, pro)
    visitor = SignedIn(request.getfixturevalue(persona))
    before = everything()

    for address in ["/admin/", LIST, *(page(case, name) for name in PAGES)]:
        for answer in (visitor.get(address), visitor.post(address, {"version": case.version})):
            assert answer.status_code == 302
            assert answer["Location"] == f"/admin/login/?next={address}"
    assert everything() == before


def test_staff_without_the_permission_see_nothing(sale: LeadSale, pro: User) -> None:
    case = refunds.investigating(sale, pro)
    visitor = SignedIn(UserFactory.create(is_staff=True))

    assert visitor.get("/admin/").context["counters"] == []
    for address in [LIST, *(page(case, name) for name in PAGES)]:
        assert visitor.get(address).status_code == 403
        assert visitor.post(address, {"version": case.version}).status_code == 403


def test_nobody_signed_in_is_asked_to_sign_in(sale: LeadSale, pro: User) -> None:
    case = refunds.investigating(sale, pro)

    for address in [LIST, *(page(case, name) for name in PAGES)]:
        answer = Client().get(address)

        assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={address}")


@pytest.mark.parametrize("name", PAGES)
def test_an_unknown_reference_is_not_found(
    browser: SignedIn, sale: LeadSale, pro: User, name: str
) -> None:
    case = refunds.investigating(sale, pro)

    for reference in ("RF-22222222", str(case.pk)):
        assert browser.get(f"{LIST}{reference}/{name}/").status_code == 404
        if name != "change":  # which takes no POST at all
            answer = browser.post(f"{LIST}{reference}/{name}/", {"version": 2})
            assert answer.status_code == 404


@pytest.mark.parametrize("persona", ["agent", "root"])
def test_a_forged_post_changes_nothing(
    sale: LeadSale, pro: User, agent: User, persona: str
) -> None:
    root = User.objects.create_superuser("root@example.com", "a-long-secret")
    visitor = SignedIn({"agent": agent, "root": root}[persona])
    case = refunds.investigating(sale, pro)
    before = everything()
    forged = {
        "state": "approved",
        "credit_cents": "999900",
        "version": "99",
        "_save": "Save",
        "action": "delete_selected",
        "_selected_action": str(case.pk),
        "post": "yes",
    }

    answers = {
        address: visitor.post(address, forged).status_code
        for address in (
            page(case),
            LIST,
            f"{LIST}add/",
            f"{LIST}{case.reference}/delete/",
            f"{LIST}{case.reference}/history/",
            f"{LIST}{case.pk}/change/",
        )
    }

    assert list(answers.values()) == [405, 200, 404, 404, 404, 405]
    assert everything() == before


@pytest.mark.parametrize("make", ["investigating", "approved"])
def test_looking_changes_nothing(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User, make: str
) -> None:
    case = (
        refunds.investigating(sale, pro)
        if make == "investigating"
        else refunds.approved(sale, pro, agent)
    )
    before = everything()

    for name in PAGES:
        assert browser.get(page(case, name)).status_code in (200, 302)
    assert everything() == before


def test_a_superuser_too_decides_by_the_services_only(sale: LeadSale, pro: User) -> None:
    root = SignedIn(User.objects.create_superuser("root@example.com", "a-long-secret"))
    case = refunds.investigating(sale, pro)
    before = everything()

    assert root.get(page(case)).status_code == 200
    assert root.post(page(case, "approve"), {"version": case.version}).status_code == 422
    assert everything() == before


@pytest.mark.parametrize("name", PAGES)
def test_own_pages_bring_no_inline_script_or_style(
    browser: SignedIn, sale: LeadSale, pro: User, name: str
) -> None:
    case = refunds.investigating(sale, pro)

    for address in ("/admin/", LIST, page(case, name)):
        answer = browser.get(address, follow=True)

        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert "<script>" not in answer.text
        assert "Content-Security-Policy" in answer
