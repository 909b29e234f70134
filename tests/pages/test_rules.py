"""The rules in plain words: all that a document says, and nothing that it doesn't."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import ServicePro, User
from refunds.models import PolicyVersion
from refunds.policy.document import Policy, load_preset, parse, preset_codes
from refunds.rule_words import rules_of
from tests.conftest import SignedIn
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory

pytestmark = pytest.mark.django_db


def company_of(code: str) -> ServicePro:
    policy = load_preset(code)
    program = ProgramFactory.create(
        code=code,
        time_zone=policy.time_zone,
        currency=policy.currency,
        currency_decimals=policy.currency_decimals,
    )
    PolicyVersionFactory.create(program=program)
    return ServiceProFactory.create(program=program)


def read(user: User, language: str = "en") -> str:
    answer = SignedIn(user).get(reverse("rules"), headers={"Accept-Language": language})
    assert answer.status_code == 200
    return unescape(" ".join(answer.content.decode().split()))


@pytest.mark.covers("A24", "X1")
@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("code", preset_codes())
def test_all_that_a_document_says_to_pros_is_there(code: str, language: str) -> None:
    policy = load_preset(code).in_language(language)

    page = read(MembershipFactory.create(pro=company_of(code)).user, language)

    assert [text for text in texts(policy) if text not in page] == []


def texts(policy: Policy) -> list[str]:
    told = [policy.name, policy.promise, *map(str, policy.cautions)]
    for reason in policy.reasons:
        told += [reason.label, reason.hint, *reason.evidence]
        told += [detail.label for detail in reason.details]
    return told


@pytest.mark.parametrize("code", preset_codes())
def test_a_browser_that_prefers_chinese_reads_no_english(code: str) -> None:
    with translation.override("zh-hant"):
        rules = rules_of(load_preset(code).in_language("zh-hant"))
        told = "".join(sentence for rule in rules for sentence in (rule.title, *rule.sentences))

    assert not any("a" <= letter <= "z" for letter in told.lower())


@pytest.mark.parametrize("browser", ["zh-TW,zh;q=0.9", "zh-Hant"])
def test_the_browsers_of_taiwan_prefer_it(browser: str, pro: User, pro_company: ServicePro) -> None:
    PolicyVersionFactory.create(program=pro_company.program)

    assert "<h1>規則</h1>" in read(pro, browser)
    assert "<h1>Rules</h1>" in read(pro, "fr")


@pytest.mark.covers("X1")
@pytest.mark.parametrize(
    ("code", "sentences"),
    [
        (
            "aiqoo",
            [
                "up to and including day 4 of the month after",
                "in the time of Los Angeles",
                "We decide within 7 business days at the latest.",
                "Nothing is approved without a person.",
                "they have to agree",
                "Our team has to prove it itself",
                "Not if the answer is “No, I haven't spoken with them”.",
                "Only if the answer to “When does the customer say that they sent the request?” is "
                "at least 14 days before the day on which you got the lead.",
                "You have to tell us: Have you spoken with the customer? · When does the customer",
            ],
        ),
        (
            "conxpros",
            [
                "You can ask for 5 days after the day on which you got the lead",
                "We aim to decide within 2 business days.",
                "We decide within 3 business days at the latest.",
                "Call within 15 minutes, and a second time on the same day.",
                "Call again on each of these days: day 2, day 3.",
                "the same person in the same category, sold to you at most 30 days earlier",
                "Not if the answer is “A spouse or co-owner”.",
                "you get the difference",
            ],
        ),
        (
            "legalplan",
            [
                "You can ask for 120 hours, to the second",
                "the recording of the call alone decides",
                "It leaves your account",
                "Only for live calls.",
                "Only if the answer to “How old are they?” is less than 18.",
                "You have to tell us: How did you confirm it?",
            ],
        ),
        (
            "pro360",
            [
                "You can ask for 30 days after the job's date",
                "on the day of your claim, or on the next business day",
                "We decide within 1 business day at the latest.",
                "a quote that nobody opens within 48 hours",
                "The fee is held when you get the lead",
                "The customer is shut out and sends no more leads",
            ],
        ),
    ],
)
def test_the_rules_are_said_in_words(code: str, sentences: list[str]) -> None:
    page = read(MembershipFactory.create(pro=company_of(code)).user)

    assert [sentence for sentence in sentences if sentence not in page] == []


NUMBERS: list[tuple[str, dict[str, object], str]] = [
    ("conxpros", {"window": {"kind": "calendar_days", "days": 8}}, "ask for 8 days"),
    ("conxpros", {"decision": {"target_days": 4, "limit_days": 6}}, "within 6 business days"),
    ("conxpros", {"explanation_min_length": 33}, "at least 33 characters"),
    ("conxpros", {"appeal": {"days": 21}}, "for 21 days. Your account manager"),
    ("conxpros", {"reversal": {"days": 77}}, "For 77 days after an approval"),
    ("conxpros", {"exception": {"causes": ["outage"], "days": 9}}, "gives you 9 more days"),
    ("conxpros", {"seller_consent": "advisory", "seller_response_days": 6}, "have 6 business days"),
    ("pro360", {"quote_unread_hours": 36}, "within 36 hours"),
    ("pro360", {"contact_due_hours": 51}, "after 51 hours"),
]


@pytest.mark.parametrize(("code", "changes", "sentence"), NUMBERS)
def test_a_number_that_changes_changes_the_page(
    code: str, changes: dict[str, object], sentence: str
) -> None:
    before, after = load_preset(code), changed(code, changes)

    assert sentence not in words(before)
    assert sentence in words(after)


def changed(code: str, changes: dict[str, object]) -> Policy:
    return parse({**load_preset(code).model_dump(mode="json"), **changes})


def words(policy: Policy) -> str:
    return " ".join(sentence for rule in rules_of(policy) for sentence in rule.sentences)


def test_the_page_shows_what_holds_now_and_when_it_changes(
    pro: User, pro_company: ServicePro
) -> None:
    PolicyVersionFactory.create(program=pro_company.program)
    document = changed("conxpros", {"window": {"kind": "calendar_days", "days": 8}})
    starts_at = datetime(2199, 4, 1, 4, tzinfo=UTC)
    publish(pro_company, document, starts_at)

    page = read(pro)

    assert "ask for 5 days" in page
    assert "Other rules hold for leads that are sold from Mon 1 Apr 2199, 00:00 EDT on." in page


def test_a_new_version_is_shown_once_it_holds(pro: User, pro_company: ServicePro) -> None:
    PolicyVersionFactory.create(program=pro_company.program)
    document = changed("conxpros", {"window": {"kind": "calendar_days", "days": 8}})
    publish(pro_company, document, timezone.now() - timedelta(seconds=1))

    assert "ask for 8 days" in read(pro)


def publish(company: ServicePro, policy: Policy, starts_at: datetime) -> None:
    PolicyVersion.objects.create(
        program=company.program,
        document=policy.model_dump(mode="json"),
        effective_from=starts_at,
        published_at=timezone.now(),
    )


def test_a_program_without_rules_is_said_to_have_none(pro: User) -> None:
    assert "This program has no refund rules yet." in read(pro)


def test_nobody_reads_another_programs_rules(pro: User, pro_company: ServicePro) -> None:
    PolicyVersionFactory.create(program=pro_company.program)
    company_of("legalplan")

    assert "Legal plan leads" not in read(pro)


def test_the_rules_are_one_click_away(pro: User, pro_company: ServicePro) -> None:
    sale = LeadSaleFactory.create(pro=pro_company)
    PolicyVersionFactory.create(program=pro_company.program)
    client: Client = SignedIn(pro)

    for page in (reverse("lead_list"), reverse("claim", args=[sale.uuid])):
        assert f'href="{reverse("rules")}"' in client.get(page).content.decode()
