"""The questions of a reason on the claim's form: which must be answered, and what is taken."""

from datetime import date

import pytest
from django.test import Client

from leads.models import LeadSale
from refunds.claim_forms import ClaimForm
from refunds.models import RefundRequest
from refunds.policy.document import Detail, load_preset
from tests.pages.browser import answers

pytestmark = pytest.mark.django_db

AGE = Detail(name="age", label="How old are they?", kind="number", required=True)
NO_NUMBER = "Give a whole number, such as 17, for: How old are they?"


def form_of(detail: Detail, given: str | None) -> ClaimForm:
    policy = load_preset("conxpros")
    reason = policy.reason("looking_for_work")
    assert reason is not None
    return ClaimForm(
        answers(detail_who_answered=None, **{f"detail_{detail.name}": given}),
        policy=policy,
        reason=reason.model_copy(update={"details": (detail,)}),
        categories=[],
        today=date(2026, 3, 5),
    )


@pytest.mark.parametrize(("given", "kept"), [("17", "17"), (" 0 ", "0"), ("10000", "10000")])
def test_a_whole_number_is_kept_as_its_digits(given: str, kept: str) -> None:
    form = form_of(AGE, given)

    assert form.is_valid()
    assert form.details == {"age": kept}


@pytest.mark.parametrize("given", ["seventeen", "17.5", "-1", "10001"])
def test_what_is_no_whole_number_is_refused_by_its_label(given: str) -> None:
    assert form_of(AGE, given).errors["detail_age"] == [NO_NUMBER]


def test_a_number_s_label_with_a_percent_sign_is_said_as_it_is() -> None:
    labelled = AGE.model_copy(update={"label": "100% sure?"})

    for given in ("x", "-1"):
        assert form_of(labelled, given).errors["detail_age"] == [
            "Give a whole number, such as 17, for: 100% sure?"
        ]


@pytest.mark.parametrize(
    ("flag", "label", "errors"),
    [
        ("expected", "Who said so?", ["Answer this: Who said so?"]),
        ("required", "Who said so?", ["Answer this: Who said so?"]),
        ("", "Who said so? (optional)", None),
    ],
)
def test_what_a_reason_expects_has_to_be_answered_in_the_portal(
    flag: str, label: str, errors: list[str] | None
) -> None:
    who = Detail(
        name="who",
        label="Who said so?",
        required=flag == "required",
        expected=flag == "expected",
    )

    form = form_of(who, None)

    assert form.fields["detail_who"].label == label
    assert form.errors.get("detail_who") == errors


@pytest.mark.covers("C17", "C18", "C19", "C20")
@pytest.mark.parametrize(
    ("reason", "question", "name"),
    [
        ("already_hired_or_done", "Have you spoken with the homeowner?", "spoken"),
        ("no_request", "Have you spoken with the homeowner?", "spoken"),
        ("misleading_ad", "Have you spoken with them?", "spoken"),
        ("do_not_call", "When did they ask not to be called?", "when_asked"),
    ],
)
def test_the_portal_sends_no_claim_that_leaves_it_open(
    sale: LeadSale, pro_client: Client, reason: str, question: str, name: str
) -> None:
    told = answers(
        reason=reason,
        detail_who_answered=None,
        detail_hired_on="2026-03-01",
        detail_promise="free",
    )

    page = pro_client.post(f"/leads/{sale.uuid}/refund/details/", told)

    assert page.status_code == 422
    assert page.context["form"].errors == {f"detail_{name}": [f"Answer this: {question}"]}
    assert RefundRequest.objects.count() == 0
