"""A pro to whom leads are sold."""

import pytest

from accounts.models import ServicePro
from tests.factories.accounts import ProgramFactory
from tests.factories.leads import (
    LeadSellerFactory,
)
from tests.leads.imports.steps import add_pro


@pytest.fixture
def roofer(db: None) -> ServicePro:
    """The pro that the good row names, and all the rest that it names."""
    program = ProgramFactory.create()
    LeadSellerFactory.create(program=program, code="S-1")
    return add_pro("P-1")
