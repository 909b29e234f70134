"""Several counts in one query, each of which stops early (design §11)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import IntegerField, Model, QuerySet, Subquery

from accounts.models import User


class _Count(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def counts(user: User, wanted: Mapping[str, QuerySet[Any]], *, up_to: int) -> dict[str, int]:
    """Count the rows of each queryset, of any at most ``up_to`` and one more."""
    asked = {name: _Count(_some(rows, up_to + 1)) for name, rows in wanted.items()}
    return User.objects.filter(pk=user.pk).values(**asked).get()


def _some(rows: QuerySet[Model], number: int) -> QuerySet[Model, dict[str, Any]]:
    return rows.order_by().values("pk")[:number]
