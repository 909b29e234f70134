"""Personas and the few things that every test needs."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from accounts import access, append_only
from accounts.models import ServicePro, User
from refunds import documents
from tests.factories.accounts import MembershipFactory, ServiceProFactory, UserFactory


@pytest.fixture(autouse=True, scope="session")
def _begin_at() -> Iterator[None]:
    """Let the suite believe that it begins at ``SUITE_AT``, an instant as ISO writes it.

    What holds at noon must hold at night: programs have closing hours, and so may our tests.
    Not for tests with processes of their own, whose clocks stay as they are.
    """
    if "SUITE_AT" not in os.environ:
        yield
        return
    with time_machine.travel(os.environ["SUITE_AT"], tick=True):
        yield


@pytest.fixture(autouse=True)
def _speak_english() -> Iterator[None]:
    """Begin each test in English, whatever language the last request on this thread was read in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_protected_tables() -> Iterator[None]:
    """Let TransactionTestCase empty the append-only and the sealed tables on SQLite.

    Its flush deletes row by row there, which the triggers refuse (trap 8); PostgreSQL truncates.
    """
    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_unprotected(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with transaction.atomic():
            for table in append_only.PROTECTED_TABLES:
                append_only.unprotect(connection, table)
            for name in append_only.SEALS:
                append_only.unseal(connection, name)
            flush(self, sql_list)
            for table in append_only.PROTECTED_TABLES:
                append_only.protect(connection, table)
            for name in append_only.SEALS:
                append_only.seal(connection, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_unprotected)
        yield


@pytest.fixture(autouse=True)
def _own_storage(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what each test stores away from the site's files and from the other tests'."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media" / uuid4().hex


@pytest.fixture(autouse=True)
def _forget_policies() -> None:
    """The next test's rows may have the numbers of the last one's."""
    documents.forget()


@pytest.fixture
def groups(db: None) -> None:
    """The groups with their permissions."""
    access.make_groups()


@pytest.fixture
def manager(groups: None) -> User:
    """The account manager of ``pro_company``."""
    return _in_group(access.ACCOUNT_MANAGERS, name="Mara Manager")


@pytest.fixture
def other_manager(groups: None) -> User:
    """An account manager with other pros."""
    return _in_group(access.ACCOUNT_MANAGERS, name="Otto Other")


@pytest.fixture
def agent(groups: None) -> User:
    """A verifier."""
    return _in_group(access.VERIFIERS, name="Vera Verifier", is_staff=True)


@pytest.fixture
def other_agent(groups: None) -> User:
    """Another verifier."""
    return _in_group(access.VERIFIERS, name="Victor Verifier", is_staff=True)


@pytest.fixture
def lead(groups: None) -> User:
    """Who leads the verification team."""
    return _in_group(access.LEADS, name="Lena Lead", is_staff=True)


@pytest.fixture
def finance(groups: None) -> User:
    """Who reads what was credited and recovered."""
    return _in_group(access.FINANCE, name="Fritz Finance", is_staff=True)


@pytest.fixture
def auditor(groups: None) -> User:
    """Who reads everything and changes nothing."""
    return _in_group(access.AUDITORS, name="Ada Auditor", is_staff=True)


@pytest.fixture
def root(db: None) -> User:
    """A superuser."""
    return UserFactory.create(name="Rut Root", is_staff=True, is_superuser=True)


@pytest.fixture
def deciding_manager(agent: User) -> User:
    """A verifier who works at the desk as well; ``hand_over`` gives them a pro."""
    agent.groups.add(Group.objects.get(name=access.ACCOUNT_MANAGERS))
    return User.objects.get(pk=agent.pk)


def hand_over(company: ServicePro, manager: User) -> None:
    """Make somebody a pro's account manager."""
    ServicePro.objects.filter(pk=company.pk).update(account_manager=manager)


@pytest.fixture
def pro_company(manager: User) -> ServicePro:
    """The company of ``pro``, with 1,000.00 in its paid wallet."""
    return ServiceProFactory.create(account_manager=manager)


@pytest.fixture
def pro(pro_company: ServicePro) -> User:
    """A user of ``pro_company``."""
    return MembershipFactory.create(pro=pro_company).user


@pytest.fixture
def other_pro(pro_company: ServicePro, other_manager: User) -> User:
    """A user of another company in the same program."""
    company = ServiceProFactory.create(program=pro_company.program, account_manager=other_manager)
    return MembershipFactory.create(pro=company).user


@pytest.fixture
def stranger(db: None) -> User:
    """A user who belongs to nothing."""
    return UserFactory.create()


@pytest.fixture
def signed_in() -> "type[SignedIn]":
    """Make a test client that is signed in as the given user."""
    return SignedIn


class SignedIn(Client):
    """A test client of one user."""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.force_login(user)


def _in_group(group: str, **fields: object) -> User:
    user = UserFactory.create(**fields)
    user.groups.add(Group.objects.get(name=group))
    return user
