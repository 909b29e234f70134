"""The programs that credits have consequences in."""

import pytest

from accounts.models import Program
from tests.refunds import credits


@pytest.fixture
def pro360(db: None) -> Program:
    return credits.program_of("pro360")


@pytest.fixture
def conxpros(db: None) -> Program:
    return credits.program_of("conxpros")
