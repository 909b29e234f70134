"""Transactions as a file for a spreadsheet (L19, trap 31)."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Program, ServicePro, Transfer
from leads.safe_csv import safe_cell
from refunds.money_filters import MoneyFilter
from refunds.services import statement
from refunds.views import money_rows

CHUNK = 500
BYTE_ORDER_MARK = "\ufeff"  # by which Excel takes the file for UTF-8


@dataclass(frozen=True)
class _Chunk:
    """Some lines with the balance after each, and the wallets that it is of."""

    lines: Sequence[tuple[Transfer, int]]
    wallets: frozenset[int]


class _Echo:
    """What a csv writer writes to, when its lines are wanted one by one."""

    def write(self, line: str) -> str:
        """Give the line back."""
        return line


def csv_lines(pro: ServicePro, money_filter: MoneyFilter) -> Iterator[str]:
    """Yield the file's header and a line for each transfer of the filter, the newest first.

    Read in chunks, each by its place in the index: the file of a year is never in memory.
    """
    language = translation.get_language() or ""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow(_header())
    for chunk in _chunks(pro, money_filter):
        with translation.override(language):
            rows = [
                _row(line, balance, chunk.wallets, pro.program) for line, balance in chunk.lines
            ]
        yield "".join(writer.writerow(row) for row in rows)


def _chunks(pro: ServicePro, money_filter: MoneyFilter) -> Iterator[_Chunk]:
    """Yield the lines with the balance after each, which goes on from chunk to chunk."""
    after, balance, wallets = "", 0, frozenset[int]()
    before: list[Transfer] = []
    while True:
        page = statement.page_of_lines(
            pro,
            money_filter.qs,
            kinds=money_filter.kinds,
            after=after,
            size=CHUNK,
            before=next(iter(before), None),
        )
        if not before and page.rows:
            top = statement.standing(pro, span=money_filter.span, top=page.rows[0])
            wallets, balance = top.wallets, top.at_top
        lines = [*before, *page.rows]
        balances = statement.balances_after(lines, at_top=balance, wallets=wallets)
        yield _Chunk(list(zip(lines, balances, strict=True))[len(before) :], wallets)
        if not page.next_cursor:
            return
        after, before, balance = page.next_cursor, lines[-1:], balances[-1]


def _header() -> list[str]:
    return [
        _("Date"),
        _("Time zone"),
        _("What"),
        _("Kind"),
        _("Lead"),
        _("Request"),
        _("Funds"),
        _("Amount"),
        _("Balance"),
        _("Currency"),
        _("Note"),
    ]


def _row(line: Transfer, balance: int, wallets: frozenset[int], program: Program) -> list[str]:
    """Write one line: texts are made safe; the day and the amounts, which may begin with a minus,
    are our own and stay what a spreadsheet can reckon with."""
    refund = money_rows.request_of(line)
    sale = refund.sale if refund else money_rows.sale_of(line)
    local = line.posted_at.astimezone(ZoneInfo(program.time_zone))
    return [
        local.strftime("%Y-%m-%d %H:%M:%S"),
        safe_cell(program.time_zone),
        safe_cell(money_rows.words_of(line, program)),
        safe_cell(line.get_kind_display()),
        safe_cell(sale.lead.reference if sale else ""),
        refund.reference if refund else "",
        safe_cell(money_rows.bucket_of(line, wallets)),
        _plain(statement.effect(line, wallets), program),
        _plain(balance, program),
        safe_cell(program.currency),
        safe_cell(money_rows.note_of(line, wallets)),
    ]


def _plain(cents: int, program: Program) -> str:
    """Write an amount as a number and nothing else: ``-1250.00``, ``120``."""
    return f"{Decimal(cents).scaleb(-program.currency_decimals):.{program.currency_decimals}f}"
