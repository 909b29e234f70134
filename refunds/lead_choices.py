"""What a pro can choose from where leads are listed: categories and campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Value

from accounts.models import ServicePro
from leads.models import Campaign, Category

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Offer:
    """What a pro can choose from: the rows that each choice stands for, and the rows' names.

    A campaign has a row for each of its versions, and a person may have pros in two programs.
    """

    categories: Mapping[str, Sequence[int]]
    campaigns: Mapping[str, Sequence[int]]
    category_names: Mapping[int, str]
    category_choices: Choices


def offer(pros: Sequence[ServicePro]) -> Offer:
    """Ask what there is to choose from, in 1 query."""
    programs, own = {pro.program_id for pro in pros}, [pro.pk for pro in pros]
    categories = Category.objects.filter(program__in=programs).order_by()
    campaigns = Campaign.objects.filter(pro__in=own).order_by()
    lines = categories.values_list(Value("category"), "pk", "code", "name").union(
        campaigns.values_list(Value("campaign"), "pk", "name", "name"), all=True
    )
    rows: dict[str, dict[str, list[int]]] = {"category": {}, "campaign": {}}
    names: dict[int, str] = {}
    choices: dict[str, str] = {}
    for kind, pk, code, name in lines:
        rows[kind].setdefault(code, []).append(pk)
        if kind == "category":
            names[pk] = choices[code] = name
    return Offer(rows["category"], rows["campaign"], names, sorted(choices.items(), key=_by_name))


def _by_name(choice: tuple[str, str]) -> tuple[str, str]:
    code, name = choice
    return name, code
