"""Several counts in one query, each of which stops early (design §11)."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import IntegerField, Model, QuerySet, Subquery

from accounts.models import User

Row = TypeVar("Row", bound=Model)


class _Count(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def counts(user: User, wanted: Mapping[str, QuerySet[Row]], *, up_to: int) -> dict[str, int]:
    """Count the rows of each queryset, of any at most ``up_to`` and one more."""
    asked = [_Count(rows.order_by().values("pk")[: up_to + 1]) for rows in wanted.values()]
    # The person's row is there to hang the counts on.
    found = User.objects.filter(pk=user.pk).values_list(*asked).get()
    return dict(zip(wanted, found, strict=True))
