"""Policies as versions: drafted, published with a date, sealed, and kept by the leads they sold."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
import yaml
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import Program, ServicePro, User
from refunds import documents
from refunds.models import PolicyVersion
from refunds.policy import yamlfile
from refunds.policy.document import load_preset, parse, preset_codes
from refunds.policy.windows import window
from refunds.services import policies
from refunds.services.change import NotAllowed
from refunds.services.facts import policy_version_for
from refunds.tasks import bring_policies_into_force
from tests.factories.accounts import UserFactory
from tests.factories.leads import LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 4, 1, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def program(pro_company: ServicePro) -> Program:
    """conXpros, with its preset in force since 2020."""
    PolicyVersionFactory.create(program=pro_company.program)
    return pro_company.program


@contextmanager
def told(error: type[Exception], pattern: str) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """Expect a refusal that says so, and everything to be as it was before."""
    with refused(error) as caught:
        yield caught
    assert re.search(pattern, str(caught.value))


def document(code: str = "conxpros", /, **changes: object) -> str:
    data = load_preset(code).model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump({**data, **changes}, allow_unicode=True)


def week(**changes: object) -> str:
    return document(window={"kind": "calendar_days", "days": 7}, **changes)


def drafted(lead: User, text: str = "") -> PolicyVersion:
    return policies.draft(program_code="conxpros", text=text or week(), author=lead)


def published(lead: User, at: datetime = NEXT_MONTH, text: str = "") -> PolicyVersion:
    return policies.publish(version_pk=drafted(lead, text).pk, effective_from=at, author=lead)


@pytest.mark.covers("X1")
def test_a_lead_keeps_the_rules_of_the_day_on_which_it_was_sold(
    program: Program, pro_company: ServicePro, lead: User
) -> None:
    published(lead)
    before = LeadSaleFactory.create(pro=pro_company, sold_at=NEXT_MONTH - timedelta(seconds=1))
    after = LeadSaleFactory.create(pro=pro_company, sold_at=NEXT_MONTH)

    closes = [
        window(
            documents.policy_of(policy_version_for(sale)), sold_at=sale.sold_at, job_date=None
        ).closes_at
        for sale in (before, after)
    ]

    assert closes == [
        datetime(2026, 4, 6, 3, 59, 59, tzinfo=UTC),
        datetime(2026, 4, 9, 3, 59, 59, tzinfo=UTC),
    ]


def test_a_draft_binds_nobody(program: Program, lead: User) -> None:
    version = drafted(lead)

    assert version.published_at is None
    assert version.author == lead
    assert PolicyVersion.objects.in_force(program.pk, NOW + timedelta(days=999)) != version


def test_publishing_says_when_and_by_whom(program: Program, lead: User) -> None:
    version = published(lead)

    assert (version.published_at, version.effective_from) == (NOW, NEXT_MONTH)
    assert version.author == lead
    assert PolicyVersion.objects.in_force(program.pk, NEXT_MONTH) == version


@pytest.mark.parametrize("at", [NOW - timedelta(days=1), NOW])
def test_the_past_is_not_changed(at: datetime, program: Program, lead: User) -> None:
    version = drafted(lead)

    with told(policies.NotPublished, "later start"):
        policies.publish(version_pk=version.pk, effective_from=at, author=lead)


def test_nothing_starts_before_the_first_version(pro_company: ServicePro, lead: User) -> None:
    published(lead, NEXT_MONTH)  # the first one, which covers all time before it
    version = drafted(lead)

    with told(policies.NotPublished, "later start"):
        policies.publish(
            version_pk=version.pk, effective_from=NEXT_MONTH - timedelta(days=1), author=lead
        )


def test_a_programs_first_version_may_start_in_the_past(
    pro_company: ServicePro, lead: User
) -> None:
    version = published(lead, NOW - timedelta(days=100))

    assert PolicyVersion.objects.in_force(pro_company.program_id, NOW) == version


def test_two_versions_do_not_start_at_once(program: Program, lead: User) -> None:
    published(lead)
    version = drafted(lead)

    with told(policies.NotPublished, "starts at Wed 1 Apr 2026, 00:00 EDT already"):
        policies.publish(version_pk=version.pk, effective_from=NEXT_MONTH, author=lead)


def test_a_version_is_published_once(program: Program, lead: User) -> None:
    version = published(lead)

    with told(policies.NotPublished, "published already"):
        policies.publish(
            version_pk=version.pk, effective_from=NEXT_MONTH + timedelta(days=1), author=lead
        )


def test_what_is_published_is_sealed(program: Program, lead: User) -> None:
    version = published(lead)

    with refused(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(document={})


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("time_zone", {"time_zone": "America/Chicago"}),
        ("currency", {"currency": "CAD"}),
        ("currency_decimals", {"currency_decimals": 0}),
        ("country", {"country": "CA"}),
        ("subdivision", {"subdivision": "NY"}),
    ],
)
def test_what_money_and_days_rest_on_stays(
    path: str, changes: dict[str, object], program: Program, lead: User
) -> None:
    with told(policies.DocumentRefused, rf"^{path}: stays "):
        drafted(lead, week(**changes))


def test_a_bad_document_is_refused_with_path_and_reason(program: Program, lead: User) -> None:
    with told(policies.DocumentRefused, r"^conxpros: decision: limit_days is less"):
        drafted(lead, week(decision={"target_days": 3, "limit_days": 1}))


def test_another_programs_document_is_refused(program: Program, lead: User) -> None:
    with told(policies.DocumentRefused, r"^program: 'aiqoo' is not 'conxpros'$"):
        drafted(lead, document("aiqoo"))


def test_only_a_lead_writes_policies(
    program: Program, manager: User, agent: User, auditor: User, lead: User
) -> None:
    version = drafted(lead)

    for somebody in (manager, agent, auditor, UserFactory.create()):
        with refused(NotAllowed):
            policies.draft(program_code="conxpros", text=week(), author=somebody)
        with refused(NotAllowed):
            policies.publish(version_pk=version.pk, effective_from=NEXT_MONTH, author=somebody)


def test_a_new_way_of_charging_begins_with_its_version(program: Program, lead: User) -> None:
    published(lead, text=week(charge_mode="on_reply", name="conXpros plus"))

    assert charged(program) == ("conXpros", "upfront")
    with time_machine.travel(NEXT_MONTH - timedelta(seconds=1), tick=False):
        assert bring_policies_into_force() == 0
    with time_machine.travel(NEXT_MONTH, tick=False):
        assert bring_policies_into_force() == 1
        assert bring_policies_into_force() == 0
    assert charged(program) == ("conXpros plus", "on_reply")


def charged(program: Program) -> tuple[str, str]:
    fresh = Program.objects.get(pk=program.pk)
    return fresh.name, fresh.charge_mode


@pytest.mark.parametrize("code", preset_codes())
def test_a_versions_text_loads_again(code: str) -> None:
    version = PolicyVersion(document=load_preset(code).model_dump(mode="json"))

    data = yamlfile.read(documents.text_of(version))

    assert isinstance(data, dict)
    assert parse(data) == load_preset(code)


def test_versions_are_compared_line_by_line() -> None:
    old, new = (
        PolicyVersion(document=parse(yaml.safe_load(text)).model_dump(mode="json"))
        for text in (document(), week())
    )

    changed = [line for line in documents.differences(old, new) if line[0] in "+-"]

    assert changed == ["--- ", "+++ ", "-  days: 5", "+  days: 7"]


def test_presets_are_loaded_once(db: None) -> None:
    assert loaded() == "".join(f"loaded the policy of {code}\n" for code in preset_codes())
    assert loaded() == ""


def test_a_file_is_drafted(program: Program, tmp_path: Path) -> None:
    assert loaded(file(tmp_path, week())) == "drafted a version of conxpros\n"
    assert PolicyVersion.objects.filter(published_at__isnull=True).count() == 1


def test_a_file_is_published_from_the_start_of_a_day_in_its_zone(
    program: Program, tmp_path: Path
) -> None:
    told = loaded(file(tmp_path, week()), "--from", "2026-04-01")

    assert told == ("published a version of conxpros, in force from 2026-04-01T04:00:00+00:00\n")


def test_a_file_of_a_new_program_makes_it(db: None, tmp_path: Path) -> None:
    loaded(file(tmp_path, document(program="newcomer")), "--from", "2026-01-01")

    program = Program.objects.get(code="newcomer")
    assert (program.name, program.currency) == ("conXpros", "USD")
    assert PolicyVersion.objects.in_force(program.pk, NOW).program == program


def test_one_bad_file_of_several_loads_none(program: Program, tmp_path: Path) -> None:
    good = file(tmp_path, week())
    bad = file(tmp_path, week(appeal={"days": -1}), "bad.yaml")

    with told(CommandError, r"bad\.yaml: appeal\.days: ") as caught:
        loaded(good, bad)

    assert isinstance(caught.value, CommandError)
    assert caught.value.returncode == 1


@pytest.mark.parametrize("text", ["- a list", "a: 1\na: 2", "{"])
def test_what_is_no_document_is_refused(text: str, program: Program, tmp_path: Path) -> None:
    with told(CommandError, r"policy\.yaml: "):
        loaded(file(tmp_path, text))


def test_a_missing_file_is_refused(program: Program, tmp_path: Path) -> None:
    with told(CommandError, "No such file"):
        loaded(str(tmp_path / "none.yaml"))


def test_a_day_needs_a_file(program: Program) -> None:
    with told(CommandError, "--from needs a file"):
        loaded("--from", "2026-04-01")


def file(folder: Path, text: str, name: str = "policy.yaml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def loaded(*arguments: str) -> str:
    out = StringIO()
    call_command("load_policies", *arguments, stdout=out)
    return out.getvalue()
