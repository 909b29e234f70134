"""The shape of the answers: postal codes by country, and labels with a percent sign."""

from datetime import date

import pytest

from refunds.claim_forms import ClaimForm
from refunds.policy.document import load_preset
from tests.pages.browser import answers


@pytest.mark.parametrize(
    ("country", "code", "is_right"),
    [
        ("US", "30301", True),
        ("US", "30301-1234", True),
        ("US", "303011234", False),
        ("US", "30301\n", True),
        ("TW", "106", True),
        ("TW", "10617", True),
        ("TW", "106409", True),
        ("TW", "1064", False),
        ("JP", "100-0001", True),
        ("JP", "1" * 17, False),
    ],
)
def test_postal_code_has_its_countrys_shape(country: str, code: str, is_right: bool) -> None:
    policy = load_preset("conxpros").model_copy(update={"country": country})
    reason = policy.reason("wrong_location")
    assert reason is not None
    form = ClaimForm(
        answers(detail_job_postal_code=code),
        policy=policy,
        reason=reason,
        categories=[],
        today=date(2026, 3, 5),
    )
    assert form.is_valid() is is_right


def test_label_with_a_percent_sign_is_said_as_it_is() -> None:
    policy = load_preset("conxpros")
    reason = policy.reason("wrong_location")
    assert reason is not None
    labelled = [one.model_copy(update={"label": "100% sure?"}) for one in reason.details]
    form = ClaimForm(
        answers(detail_job_postal_code="x"),
        policy=policy,
        reason=reason.model_copy(update={"details": tuple(labelled)}),
        categories=[],
        today=date(2026, 3, 5),
    )
    assert form.errors["detail_job_postal_code"] == [
        "Give a ZIP code of five digits, such as 30301 or 30301-1234, for: 100% sure?"
    ]
