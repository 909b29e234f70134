"""What stands on every page: how the account stands, what waits, the language and the theme."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import LedgerAccount, Membership, ServicePro, User
from leads.models import LeadSale
from tests.factories import refunds as life
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of

SignIn = Callable[[User], Client]
CHINESE = {"Accept-Language": "zh-TW"}


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.covers("L21")
@pytest.mark.parametrize(
    ("status", "tag", "sentence"),
    [
        ("active", '<span class="tag good">Active</span>', "New leads come to this account."),
        ("paused", '<span class="tag warn">Paused</span>', "is paused: no leads come until it is"),
        ("closed", '<span class="tag bad">Closed</span>', "is closed: no leads come."),
    ],
)
def test_the_account_says_whether_leads_come(
    pro_company: ServicePro, pro_client: Client, status: str, tag: str, sentence: str
) -> None:
    ServicePro.objects.filter(pk=pro_company.pk).update(status=status)

    page = text_of(pro_client.get("/account/"))

    assert f"<strong>$1,000.00</strong> {tag}" in page
    assert sentence in page


@pytest.mark.covers("X23")
def test_a_wallet_below_zero_pauses_and_says_why(
    pro_company: ServicePro, pro_client: Client
) -> None:
    LedgerAccount.objects.filter(pro=pro_company, kind="paid").update(balance_cents=-500)

    page = text_of(pro_client.get("/account/"))

    assert '<strong>−$5.00</strong> <span class="tag warn">Paused</span>' in page
    assert "$5.00 is missing on the balance" in page
    assert "No new leads come to this account." in page


def test_each_company_has_its_own_balance_and_status(pro: User, signed_in: SignIn) -> None:
    taipei = ProgramFactory.create(
        code="pro360", time_zone="Asia/Taipei", currency="TWD", currency_decimals=0, country="TW"
    )
    second = ServiceProFactory.create(
        program=taipei, name="A second firm", status="closed", paid_cents=120_000
    )
    MembershipFactory.create(user=pro, pro=second)

    page = text_of(signed_in(pro).get("/account/"))

    assert '<span class="whose">A second firm</span> <strong>NT$120,000</strong>' in page
    assert '<strong>$1,000.00</strong> <span class="tag good">Active</span>' in page


def test_the_balance_is_what_the_wallets_hold_together(
    pro_company: ServicePro, pro_client: Client
) -> None:
    bonus = ServiceProFactory.create(program=pro_company.program, bonus_cents=2_550)
    Membership.objects.update(pro=bonus)

    assert "<strong>$1,025.50</strong>" in text_of(pro_client.get("/account/"))


def test_the_badge_counts_the_pros_own_that_wait_for_them(
    sale: LeadSale, pro: User, other_pro: User, agent: User, signed_in: SignIn
) -> None:
    life.awaiting_pro(sale, pro, agent)
    life.investigating(LeadSaleFactory.create(pro=sale.pro), pro)

    page = text_of(signed_in(pro).get("/account/"))

    assert '<span class="badge">1<span class="hidden"> waiting for you</span></span>' in page
    assert 'class="badge"' not in text_of(signed_in(other_pro).get("/account/"))


def test_the_shell_asks_three_times_whatever_there_is(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    before = queries_of(pro_client, "/password/sent/")
    for _number in range(3):
        life.awaiting_pro(LeadSaleFactory.create(pro=sale.pro), pro, agent)
    MembershipFactory.create(user=pro)

    assert before == 2 + 3  # the session and the user, which every page asks for
    assert queries_of(pro_client, "/password/sent/") == before


def test_who_signs_in_later_reads_their_language_anywhere(pro: User, signed_in: SignIn) -> None:
    first = signed_in(pro)

    answer = first.post("/language/", {"language": "zh-hant", "next": "/leads/?status=new"})

    assert (answer.status_code, answer["Location"]) == (302, "/leads/?status=new")
    assert User.objects.get(pk=pro.pk).language == "zh-hant"
    for page in (first.get("/account/"), signed_in(pro).get("/account/")):
        assert '<html lang="zh-hant"' in text_of(page)
        assert "<title> 您的帳號 · Makegood</title>" in text_of(page)


def test_the_persons_language_goes_before_the_browsers(pro: User, signed_in: SignIn) -> None:
    client = signed_in(pro)
    assert '<html lang="zh-hant"' in text_of(client.get("/account/", headers=CHINESE))

    client.post("/language/", {"language": "en"})

    assert '<html lang="en"' in text_of(client.get("/account/", headers=CHINESE))


@pytest.mark.django_db
def test_a_visitor_keeps_a_language_in_the_browser() -> None:
    client = Client()

    client.post("/language/", {"language": "zh-hant", "next": "/sign-in/"})

    page = text_of(client.get("/sign-in/"))
    assert '<html lang="zh-hant"' in page
    assert 'lang="en" class="choice-button" aria-pressed="false">English</button>' in page
    assert 'lang="zh-hant" class="choice-button" aria-pressed="true">繁體中文</button>' in page


def test_an_unknown_language_changes_nothing(pro: User, pro_client: Client) -> None:
    answer = pro_client.post("/language/", {"language": "xx"})

    assert (answer.status_code, list(answer.cookies)) == (302, [])
    assert User.objects.get(pk=pro.pk).language == ""


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_a_theme_is_kept_and_drawn_by_the_server(pro_client: Client, chosen: str) -> None:
    answer = pro_client.post("/theme/", {"theme": chosen, "next": "/account/"})

    assert answer["Location"] == "/account/"
    page = text_of(pro_client.get("/account/"))
    assert f'data-theme="{chosen}"' in page
    assert f'<meta name="color-scheme" content="{chosen}">' in page


@pytest.mark.parametrize("chosen", ["", "purple"])
def test_without_a_theme_the_machine_decides(pro_client: Client, chosen: str) -> None:
    pro_client.cookies["theme"] = chosen

    page = text_of(pro_client.get("/account/"))

    assert "data-theme" not in page
    assert '<meta name="color-scheme" content="light dark">' in page


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["/language/", "/theme/"])
@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_a_switch_never_leads_to_another_site(form: str, page: str) -> None:
    answer = Client().post(form, {"language": "en", "theme": "dark", "next": page})

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.django_db
def test_a_switch_leads_to_no_page_that_can_be_listened_to() -> None:
    form = {"language": "en", "next": "http://testserver/sign-in/"}

    assert Client().post("/language/", form, secure=True)["Location"] == "/"
    assert Client().post("/language/", form)["Location"] == "http://testserver/sign-in/"


def test_a_page_needs_no_inline_script_and_tells_htmx_so(pro_client: Client) -> None:
    answer = pro_client.get("/leads/")
    page = text_of(answer)

    assert "<script>" not in page
    assert "<style" not in page
    assert '"includeIndicatorStyles": false, "allowEval": false' in page
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_one_chooses_whether_to_be_reminded(pro: User, pro_client: Client) -> None:
    answer = pro_client.post("/account/", {})

    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert User.objects.get(pk=pro.pk).wants_reminders is False
    assert "You won&#x27;t get reminders any more." in text_of(pro_client.get("/account/"))

    pro_client.post("/account/", {"wants_reminders": "on"})

    assert User.objects.get(pk=pro.pk).wants_reminders is True


def test_the_account_lists_who_else_acts_for_the_firm(
    pro: User, other_pro: User, pro_company: ServicePro, pro_client: Client
) -> None:
    colleague = MembershipFactory.create(pro=pro_company, role="member").user

    page = text_of(pro_client.get("/account/"))

    assert f"Who acts for {pro_company}" in page
    assert f"{colleague.email} · Member" in page
    assert other_pro.email not in page


@pytest.mark.parametrize(("apart", "is_said"), [("1", True), ("", False)])
def test_a_switch_in_a_new_tab_says_where_the_words_are(
    apart: str, is_said: bool, pro_client: Client
) -> None:
    chosen = {"theme": "dark", "next": "/account/", "apart": apart}

    page = text_of(pro_client.post("/theme/", chosen, follow=True))

    said = "This is a new tab. Whatever you had typed is still in the other one."
    assert (said in page) is is_said
