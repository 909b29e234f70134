"""The rules that the windows come from."""

import pytest

from accounts.models import ServicePro
from refunds.models import PolicyVersion
from tests.factories.refunds import PolicyVersionFactory


@pytest.fixture(autouse=True)
def policy(pro_company: ServicePro) -> PolicyVersion:
    """The rules of the pro's program."""
    return PolicyVersionFactory.create(program=pro_company.program)
