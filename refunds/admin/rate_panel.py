"""How much the pro claims, and of the seller's leads is claimed, beside the program's others."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import formats
from refunds.models import Rate, RefundRequest
from refunds.services import rates


@dataclass(frozen=True)
class Share:
    """One line of the comparison, already in words."""

    who: str
    sales: int
    claimed: str
    credited: str


@dataclass(frozen=True)
class Shares:
    """The comparison, and the days whose sales it counts; no lines until the first count."""

    days: str
    lines: list[Share]


def shares(case: RefundRequest) -> Shares:
    """Return the pro's and the seller's shares beside everybody else's, by one query."""
    found = list(rates.beside(case))
    whole = next((one for one in found if not one.pro_id and not one.seller_id), None)
    if whole is None:
        return Shares("", [])
    pro = next((one for one in found if one.pro_id), _none_of(whole))
    seller = next((one for one in found if one.seller_id), _none_of(whole))
    days = (formats.day(rates.since(whole.counted_on)), formats.day(whole.counted_on))
    return Shares(
        days=_("Sales from %(since)s to %(until)s") % {"since": days[0], "until": days[1]},
        lines=[
            _share(str(case.pro), pro),
            _share(_("all other pros"), _without(whole, pro)),
            _share(str(case.sale.lead.seller), seller),
            _share(_("all other sellers"), _without(whole, seller)),
        ],
    )


def _none_of(whole: Rate) -> Rate:
    return Rate(sales=0, claimed=0, credited=0, counted_on=whole.counted_on)


def _without(whole: Rate, one: Rate) -> Rate:
    return Rate(
        sales=whole.sales - one.sales,
        claimed=whole.claimed - one.claimed,
        credited=whole.credited - one.credited,
    )


def _share(who: str, rate: Rate) -> Share:
    claimed, credited = (_of(part, rate.sales) for part in (rate.claimed, rate.credited))
    return Share(who, rate.sales, claimed, credited)


def _of(part: int, sales: int) -> str:
    """Write a share so that few sales don't look like many: 18% (9)."""
    if sales == 0:
        return "–"
    return _("%(percent)d%% (%(n)d)") % {"percent": _rounded(100 * part, sales), "n": part}


def _rounded(number: int, by: int) -> int:
    return (2 * number + by) // (2 * by)
