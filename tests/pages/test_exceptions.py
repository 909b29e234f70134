"""Exceptions on the pages: asked for at the lead, answered at the desk or in the admin (L6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import DeclaredEvent, ExceptionRequest, RefundRequest
from refunds.services import appeal as appeals
from refunds.services import decide, exceptions
from refunds.views.signed_out import KEPT_AS, author_mark
from tests.factories import refunds as life
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import answers, text_of
from tests.pages.claims.pages import continue_with, send
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
WORDS = "The storm took our phones and the power for six days."
FORM = {"cause": "hurricane", "words": WORDS, "complete": "1"}


@pytest.fixture
def late_sale(pro_company: ServicePro) -> LeadSale:
    """A sale of three weeks ago: its window has closed."""
    life.PolicyVersionFactory.create(program=pro_company.program)
    return LeadSaleFactory.create(
        pro=pro_company, lead__reference="L-77", sold_at=timezone.now() - timedelta(days=21)
    )


@pytest.fixture
def asked(late_sale: LeadSale, pro: User) -> ExceptionRequest:
    """An exception that waits."""
    return exceptions.ask(sale_uuid=late_sale.uuid, actor=pro, cause="hurricane", words=WORDS)


def at(sale: LeadSale) -> str:
    return f"/leads/{sale.uuid}/exception/"


def desk_page(asked: ExceptionRequest, step: str = "") -> str:
    return f"/desk/exceptions/{asked.uuid}/{step}"


@pytest.mark.covers("L6")
def test_closed_lead_leads_to_the_exception(late_sale: LeadSale, pro_client: Client) -> None:
    page = text_of(pro_client.get("/leads/"))

    assert "Closed since" in page
    assert f'href="{at(late_sale)}">Ask for an exception' in page


@pytest.mark.covers("L6")
def test_refusal_of_a_late_claim_leads_to_the_exception(
    late_sale: LeadSale, pro_client: Client
) -> None:
    before = everything()

    page = pro_client.post(f"/leads/{late_sale.uuid}/refund/", answers())

    assert page.status_code == 422
    assert "you can ask for an exception" in text_of(page)
    assert f'href="{at(late_sale)}"' in text_of(page)
    assert everything() == before


@pytest.mark.covers("L6")
def test_asking_shows_what_was_asked_and_that_it_waits(
    late_sale: LeadSale, pro_client: Client
) -> None:
    page = text_of(pro_client.post(at(late_sale), FORM, follow=True))

    assert ExceptionRequest.objects.get().words == WORDS
    assert "We have it. A person looks at it" in page
    assert "Waits for an answer" in page
    assert "<textarea" not in page
    assert "Your exception waits for an answer" in text_of(pro_client.get("/leads/"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cause": ""}, "Choose what kept you from asking in time."),
        ({"cause": "vacation"}, "Choose what kept you from asking in time."),
        ({"words": ""}, "Say what happened, and from when to when."),
        ({"words": "Rain."}, "Say in at least 20 characters what happened"),
    ],
)
def test_form_that_does_not_hold_changes_nothing(
    changes: dict[str, str], sentence: str, late_sale: LeadSale, pro_client: Client
) -> None:
    before = everything()

    page = pro_client.post(at(late_sale), FORM | changes)

    assert page.status_code == 422
    assert sentence in text_of(page)
    assert everything() == before


def test_lead_that_is_open_has_no_form(sale: LeadSale, pro_client: Client) -> None:
    page = text_of(pro_client.get(at(sale)))

    assert "Refundable until" in page
    assert "<textarea" not in page


def test_second_wish_is_refused_with_a_sentence(
    asked: ExceptionRequest, pro_client: Client
) -> None:
    before = everything()

    page = pro_client.post(at(asked.sale), FORM)

    assert page.status_code == 422
    assert "An exception was asked for before" in text_of(page)
    assert everything() == before


@pytest.mark.covers("L6", "X26")
def test_manager_grants_and_the_lead_can_be_claimed(
    asked: ExceptionRequest, manager: User, signed_in: SignIn, pro_client: Client
) -> None:
    page = signed_in(manager).post(
        desk_page(asked, "grant/"), {"answer": "On record."}, follow=True
    )

    assert "Granted. The pro gets your reason by mail" in text_of(page)
    row = text_of(pro_client.get("/leads/"))
    assert "By an exception that was granted." in row
    assert f'href="/leads/{asked.sale.uuid}/refund/"' in row
    continue_with(pro_client, asked.sale)
    claimed = pro_client.get(send(pro_client, asked.sale)["Location"])
    request = RefundRequest.objects.get()
    assert request.reference in text_of(claimed)


def test_manager_refuses(
    asked: ExceptionRequest, manager: User, signed_in: SignIn, pro_client: Client
) -> None:
    signed_in(manager).post(desk_page(asked, "refuse/"), {"answer": "No storm on record."})

    page = text_of(pro_client.get(at(asked.sale)))
    assert "No storm on record." in page
    assert "<textarea" in page  # it may be asked for again


def test_who_asked_has_no_form_for_the_answer(
    late_sale: LeadSale, manager: User, signed_in: SignIn
) -> None:
    asked = exceptions.ask(sale_uuid=late_sale.uuid, actor=manager, cause="hurricane", words=WORDS)

    page = signed_in(manager).get(desk_page(asked)).text

    assert "You asked for this yourself: a colleague must decide it." in page
    assert desk_page(asked, "grant/") not in page


def test_lead_of_a_program_without_a_policy_has_no_such_page(
    pro_company: ServicePro, pro_client: Client
) -> None:
    sale = LeadSaleFactory.create(pro=pro_company)

    assert pro_client.get(at(sale)).status_code == 404
    assert pro_client.post(at(sale), FORM).status_code == 404


@pytest.mark.parametrize("step", ["grant/", "refuse/"])
def test_answer_needs_words(
    step: str, asked: ExceptionRequest, manager: User, signed_in: SignIn
) -> None:
    before = everything()

    page = signed_in(manager).post(desk_page(asked, step), {"answer": " "})

    assert page.status_code == 422
    assert "Write the reason that the pro will read." in text_of(page)
    assert everything() == before


def test_second_answer_keeps_what_was_written(
    asked: ExceptionRequest, manager: User, agent: User, signed_in: SignIn
) -> None:
    exceptions.refuse(exception_uuid=asked.uuid, actor=agent, answer="No storm on record.")
    before = everything()

    page = signed_in(manager).post(desk_page(asked, "grant/"), {"answer": "It is on record."})

    assert page.status_code == 409
    assert "This was decided" in text_of(page)
    assert "It is on record." in text_of(page)
    assert everything() == before


def test_desk_lists_what_waits_before_what_is_decided(
    asked: ExceptionRequest, manager: User, other_manager: User, signed_in: SignIn
) -> None:
    page = signed_in(manager).get("/desk/exceptions/")
    assert [row.lead for row in page.context["waiting"]] == ["L-77"]
    assert page.context["decided"] == []
    assert signed_in(other_manager).get("/desk/exceptions/").context["waiting"] == []


# --- In the admin ---


def test_verifier_answers_from_the_list(
    asked: ExceptionRequest, agent: User, signed_in: SignIn
) -> None:
    browser = signed_in(agent)
    url = f"/admin/exceptions/{asked.uuid}/"
    assert url in text_of(browser.get("/admin/exceptions/"))

    page = browser.post(url, {"answer": "On record.", "outcome": "grant"}, follow=True)

    assert ExceptionRequest.objects.get().granted
    assert "Granted." in text_of(page)
    assert "No exception waits for a decision." in text_of(page)


@pytest.mark.parametrize("outcome", ["", "maybe"])
def test_answer_in_the_admin_says_which_way(
    outcome: str, asked: ExceptionRequest, agent: User, signed_in: SignIn
) -> None:
    before = everything()

    page = signed_in(agent).post(
        f"/admin/exceptions/{asked.uuid}/", {"answer": "On record.", "outcome": outcome}
    )

    assert page.status_code == 422
    assert "Grant it or refuse it." in text_of(page)
    assert everything() == before


EVENT = {
    "name": "Hurricane Ida",
    "cause": "hurricane",
    "postal_codes": "30301, 303*",
    "starts_on": timezone.now().date().isoformat(),
    "ends_on": (timezone.now().date() + timedelta(days=1)).isoformat(),
}


@pytest.mark.covers("L6")
def test_declared_event_shows_on_the_leads_that_it_touches(
    sale: LeadSale, lead: User, signed_in: SignIn, pro_client: Client
) -> None:
    form = EVENT | {"program": sale.lead.program_id}

    page = text_of(signed_in(lead).post("/admin/events/", form, follow=True))

    assert "Declared: the windows of the leads there are longer by it." in page
    assert "30301, 303*" in page
    assert "because of Hurricane Ida." in text_of(pro_client.get("/leads/"))


def test_event_without_anything_names_each_thing_that_is_missing(
    lead: User, signed_in: SignIn
) -> None:
    page = text_of(signed_in(lead).post("/admin/events/", {}))

    for words in (
        "Choose the program.",
        "Give it the name by which people know it.",
        "Give the first day.",
        "Give the last day.",
    ):
        assert words in page


def test_event_that_does_not_hold_is_refused_on_the_page(
    sale: LeadSale, lead: User, signed_in: SignIn
) -> None:
    before = everything()
    form = EVENT | {"program": sale.lead.program_id, "ends_on": "2020-01-01"}

    page = signed_in(lead).post("/admin/events/", form)

    assert page.status_code == 422
    assert "It ends before it starts." in text_of(page)
    assert everything() == before


def test_event_is_withdrawn_from_the_list(
    sale: LeadSale, lead: User, signed_in: SignIn, pro_client: Client
) -> None:
    team = signed_in(lead)
    team.post("/admin/events/", EVENT | {"program": sale.lead.program_id})
    url = f"/admin/events/{DeclaredEvent.objects.get().uuid}/withdraw/"
    assert url in team.get("/admin/events/").text

    page = text_of(team.post(url, follow=True))

    assert "Withdrawn: “Hurricane Ida” makes no window longer from now on." in page
    assert f"{lead}, " in page
    assert url not in page
    assert "because of Hurricane Ida." not in text_of(pro_client.get("/leads/"))
    again = team.post(url)
    assert again.status_code == 409
    assert "This event was withdrawn before." in text_of(again)


# --- The appeal of a claim that came too late (X26) ---


@pytest.fixture
def late_appeal(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """The appeal of a claim that was declined as too late."""
    request = life.investigating(sale, pro)
    late = timezone.now() + timedelta(days=10)
    RefundRequest.objects.filter(pk=request.pk).update(submitted_at=late)
    declined = decide.decline(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        codes=["window_closed"],
        note="",
    )
    return appeals.file_appeal(
        reference=request.reference,
        actor=pro,
        expected_version=declined.version,
        text="We had no power from Monday to Friday.",
    )


@pytest.mark.covers("X26")
def test_desk_asks_for_the_cause_and_overturns_by_it(
    late_appeal: RefundRequest, manager: User, signed_in: SignIn
) -> None:
    desk = signed_in(manager)
    url = f"/desk/appeals/{late_appeal.reference}/"
    form = {"version": late_appeal.version, "sentence": "On record.", "is_final": "on"}
    assert "What kept the pro from asking in time?" in text_of(desk.get(url))

    without = desk.post(f"{url}overturn/", form)
    assert without.status_code == 422
    assert "This claim came after its time." in text_of(without)
    desk.post(f"{url}overturn/", form | {"exception_cause": "hurricane"})

    assert life.again(late_appeal).state == "final_approved"
    assert ExceptionRequest.objects.get().cause == "hurricane"


def test_desk_does_not_ask_for_a_cause_where_the_claim_was_in_time(
    sale: LeadSale, pro: User, agent: User, manager: User, signed_in: SignIn
) -> None:
    request = life.appealed(sale, pro, agent)

    page = text_of(signed_in(manager).get(f"/desk/appeals/{request.reference}/"))

    assert "What kept the pro from asking in time?" not in page


def test_words_that_were_cut_off_ask_for_nothing(late_sale: LeadSale, pro_client: Client) -> None:
    before = everything()

    page = pro_client.post(at(late_sale), {"cause": "hurricane", "words": WORDS})

    assert page.status_code == 422
    assert "Only a part of this arrived, so nothing was sent." in text_of(page)
    assert f"{WORDS}</textarea>" in text_of(page)
    assert everything() == before


def test_words_outlive_a_session_that_expired(late_sale: LeadSale, pro: User) -> None:
    before = everything()
    client = Client()
    sent = client.post(at(late_sale), FORM | {"author": author_mark(pro)})
    assert sent["Location"] == f"/sign-in/?next={at(late_sale)}"
    client.force_login(pro)

    page = text_of(client.get(at(late_sale)))

    assert f"{WORDS}</textarea>" in page
    assert 'value="hurricane" required id="id_cause_0" checked' in page
    assert "You were signed out while you typed. Your words are here. </p>" in page
    assert f'name="author" value="{author_mark(pro)}"' in page
    assert everything() == before
    client.post(at(late_sale), FORM)
    assert KEPT_AS not in client.session
