"""The layers, held by walking every module's syntax tree (house style 24)."""

import ast
from collections.abc import Callable
from pathlib import Path, PurePath

import pytest
from django.conf import settings

from refunds.models import RefundRequest
from tests import architecture as checks

Checker = Callable[[PurePath, ast.Module], list[str]]

ROOT = Path(settings.BASE_DIR)
CHECKERS: list[Checker] = [
    checks.imports_against_the_arrows,
    checks.writes_at_the_top,
    checks.transitions_at_the_top,
    checks.states_set_by_hand,
    checks.signals,
    checks.generic_foreign_keys,
    checks.default_orderings,
    checks.requests_in_transactions,
    checks.save_overrides,
    checks.rings_out_of_place,
    checks.impure_policy,
    checks.floats_near_money,
    checks.web_below_the_top,
    checks.functions_too_long,
    checks.transitions_too_long,
]

# Where the rule is right and the code is too; each with the reason.
ACCEPTED: dict[Checker, dict[str, str]] = {
    checks.floats_near_money: checks.FLOATS_THAT_ARE_NO_MONEY,
}

OFFENCES: list[tuple[Checker, str, str]] = [
    (checks.imports_against_the_arrows, "accounts/ledger.py", "import leads.models"),
    (checks.imports_against_the_arrows, "accounts/views/x.py", "from refunds import mails"),
    (checks.imports_against_the_arrows, "leads/services/x.py", "from refunds.models import State"),
    (checks.imports_against_the_arrows, "refunds/tasks.py", "from config.celery import app"),
    (checks.imports_against_the_arrows, "refunds/policy/x.py", "from refunds import models"),
    (checks.imports_against_the_arrows, "refunds/policy/x.py", "from ..models import State"),
    (checks.imports_against_the_arrows, "refunds/models/x.py", "from refunds.mails import queue"),
    (checks.imports_against_the_arrows, "refunds/mails.py", "from refunds.services import file"),
    (checks.imports_against_the_arrows, "leads/filters.py", "from accounts import ledger"),
    (checks.imports_against_the_arrows, "refunds/services/x.py", "from refunds import tasks"),
    (checks.imports_against_the_arrows, "refunds/tasks.py", "import refunds.views.leads"),
    (
        checks.imports_against_the_arrows,
        "refunds/services/x.py",
        "def late():\n    from refunds import views",
    ),
    (checks.writes_at_the_top, "refunds/views/x.py", "request.save()"),
    (checks.writes_at_the_top, "refunds/views/x.py", "Sale.objects.filter(pk=1).update(won=1)"),
    (checks.writes_at_the_top, "refunds/admin/x.py", "Finding.objects.create(note=note)"),
    (checks.writes_at_the_top, "refunds/api/x.py", "sale.quote.delete()"),
    (checks.writes_at_the_top, "refunds/management/commands/x.py", "M.objects.bulk_create(rows)"),
    (checks.writes_at_the_top, "refunds/tasks.py", "M.objects.get_or_create(pk=1)"),
    (checks.writes_at_the_top, "leads/templatetags/x.py", "M.objects.update_or_create(pk=1)"),
    (checks.writes_at_the_top, "accounts/context.py", "cursor.execute('DELETE FROM x')"),
    (checks.writes_at_the_top, "accounts/context.py", "cursor.execute(statement)"),
    (checks.transitions_at_the_top, "refunds/views/x.py", "refund.approve(by=user, at=at)"),
    (checks.transitions_at_the_top, "refunds/admin/x.py", "partial(obj.withdraw)"),
    (
        checks.transitions_at_the_top,
        "refunds/admin/x.py",
        "from refunds.models import RefundRequest\nRefundRequest.approve(refund)",
    ),
    (checks.states_set_by_hand, "refunds/services/x.py", "rows.update(state='approved')"),
    (checks.states_set_by_hand, "refunds/services/x.py", "R.objects.create(state='approved')"),
    (checks.states_set_by_hand, "refunds/services/x.py", "RefundRequest(state='approved')"),
    (checks.states_set_by_hand, "refunds/services/x.py", "R.objects.bulk_update(rows, ['state'])"),
    (checks.states_set_by_hand, "refunds/services/x.py", "request.state = State.APPROVED"),
    (checks.states_set_by_hand, "refunds/services/x.py", "request.refresh_from_db()"),
    (checks.signals, "refunds/apps.py", "from django.db.models.signals import post_save"),
    (checks.signals, "refunds/apps.py", "from django.db.models import signals"),
    (checks.signals, "refunds/apps.py", "from django.dispatch import receiver"),
    (checks.signals, "refunds/apps.py", "from django_fsm.signals import post_transition"),
    (
        checks.generic_foreign_keys,
        "leads/models/x.py",
        "from django.contrib.contenttypes.fields import GenericForeignKey",
    ),
    (checks.default_orderings, "leads/models/x.py", "class A:\n class Meta:\n  ordering = ['a']"),
    (checks.requests_in_transactions, "config/settings.py", "D['ATOMIC_REQUESTS'] = True"),
    (checks.requests_in_transactions, "config/settings.py", "D = dict(ATOMIC_REQUESTS=True)"),
    (checks.save_overrides, "leads/models/x.py", "class A(Model):\n def save(self): ..."),
    (checks.save_overrides, "leads/models.py", "class A(Model):\n def delete(self): ..."),
    (checks.rings_out_of_place, "refunds/views/x.py", "send_due_mail.delay()"),
    (checks.rings_out_of_place, "refunds/mails.py", "send_due_mail.apply_async()"),
    (checks.rings_out_of_place, "accounts/ledger.py", "app.send_task('x')"),
    (checks.impure_policy, "refunds/policy/x.py", "from django.utils import timezone"),
    (checks.impure_policy, "refunds/policy/x.py", "from accounts.models import Program"),
    (checks.impure_policy, "refunds/policy/x.py", "import time"),
    (checks.impure_policy, "refunds/policy/x.py", "import ast"),
    (checks.impure_policy, "refunds/policy/rules/x.py", "datetime.now(UTC)"),
    (checks.impure_policy, "refunds/policy/rules/x.py", "date.today()"),
    (checks.floats_near_money, "leads/models/x.py", "price = models.DecimalField()"),
    (checks.floats_near_money, "leads/models/x.py", "price = FloatField()"),
    (checks.floats_near_money, "refunds/services/x.py", "credit = int(price * 0.5)"),
    (checks.floats_near_money, "accounts/ledger.py", "def post(amount: float): ..."),
    (checks.floats_near_money, "accounts/ledger.py", "shown = float(amount)"),
    (checks.floats_near_money, "refunds/policy/x.py", "half = sale.price_cents / 2"),
    (checks.web_below_the_top, "refunds/services/x.py", "from django.http import HttpRequest"),
    (checks.web_below_the_top, "refunds/services/x.py", "from django.contrib import messages"),
    (checks.functions_too_long, "refunds/views/x.py", "def page():\n" + "    x = 1\n" * 40),
    (
        checks.transitions_too_long,
        "refunds/models/request.py",
        "@transition(field=state)\ndef approve(self):\n    'Doc.'\n" + "    self.a = 1\n" * 6,
    ),
]


def modules() -> list[tuple[PurePath, str]]:
    """Return every module of the apps but migrations, with its text."""
    paths = (path for app in checks.APPS for path in sorted((ROOT / app).rglob("*.py")))
    return [
        (path.relative_to(ROOT), path.read_text(encoding="utf-8"))
        for path in paths
        if "migrations" not in path.parts
    ]


def templates() -> list[tuple[PurePath, str]]:
    """Return every template with its text."""
    paths = sorted((ROOT / "templates").rglob("*.*"))
    return [(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in paths]


def name_of(checker: object) -> str:
    return getattr(checker, "__name__", "")


@pytest.mark.parametrize("checker", CHECKERS, ids=name_of)
def test_code_keeps_the_rule(checker: Checker) -> None:
    accepted = ACCEPTED.get(checker, {})

    complaints = [
        complaint
        for path, text in modules()
        if str(path) not in accepted
        for complaint in checker(path, ast.parse(text))
    ]

    assert complaints == []


@pytest.mark.parametrize(("checker", "path", "snippet"), OFFENCES)
def test_rule_finds_a_planted_offence(checker: Checker, path: str, snippet: str) -> None:
    complaints = checker(PurePath(path), ast.parse(snippet))

    assert len(complaints) >= 1
    assert all(complaint.startswith(path) for complaint in complaints)


def test_every_rule_has_a_planted_offence() -> None:
    assert {name_of(checker) for checker, _path, _snippet in OFFENCES} == set(
        map(name_of, CHECKERS)
    )


def test_every_acceptance_is_still_needed() -> None:
    for checker, paths in ACCEPTED.items():
        for path in paths:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            assert checker(PurePath(path), tree), f"{path} needs no acceptance any more"


def test_modules_and_templates_keep_their_budgets() -> None:
    found = [
        complaint
        for path, text in modules() + templates()
        for complaint in checks.too_many_lines(path, text)
    ]

    assert len(modules()) > 50
    assert len(templates()) > 5
    assert found == []


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("refunds/services/x.py", 400), ("refunds/admin/x.py", 300), ("templates/x.html", 120)],
)
def test_budget_is_exact(path: str, allowed: int) -> None:
    assert checks.too_many_lines(PurePath(path), "x\n" * allowed) == []
    assert checks.too_many_lines(PurePath(path), "x\n" * (allowed + 1)) == [
        f"{path} has {allowed + 1} lines"
    ]


def test_rules_know_every_transition() -> None:
    field = RefundRequest._meta.get_field("state")

    names = {edge.name for edge in field.get_all_transitions(RefundRequest)}

    assert names == checks.TRANSITIONS
