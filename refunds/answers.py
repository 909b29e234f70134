"""The answers to the questions that a reason asks, as people read them."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import Program
from leads.models import Category
from refunds.policy.document import Detail

Names = Mapping[str, str]


def given(
    detail: Detail, details: Mapping[str, str], program: Program, categories: Names | None = None
) -> str:
    """Put what a claim answers into words, and say so where it answers nothing."""
    value = details.get(detail.name)
    return written(detail, value, program, categories) if value else _("Not answered")


def written(detail: Detail, value: str, program: Program, categories: Names | None = None) -> str:
    """Put an answer into words: a choice's label, a category's name, a day with its weekday.

    What can't be read as what was asked for stands as it was given: a claim is stored with its
    faults. A category takes a query, unless the names of ``categories`` are handed in by their
    codes.
    """
    if detail.kind == "choice":
        return detail.choice_labels.get(value, value)
    if detail.kind == "category" and categories is not None:
        return categories.get(value, value)
    if detail.kind == "category":
        category = Category.objects.filter(program=program, code=value).first()
        return category.name if category else value
    return _day(value) if detail.kind == "date" else value


def _day(value: str) -> str:
    try:
        return formats.day(date.fromisoformat(value))
    except ValueError:
        return value
