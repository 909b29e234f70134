"""Amounts and instants as each language writes them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts import formats
from accounts.models import Program

TAIPEI = Program(time_zone="Asia/Taipei", currency="TWD", currency_decimals=0)
NEW_YORK = Program(time_zone="America/New_York", currency="USD", currency_decimals=2)
AT = datetime(2026, 3, 7, 15, 59, 59, tzinfo=UTC)


@pytest.mark.covers("X3")
@pytest.mark.parametrize(
    ("language", "program", "written"),
    [
        ("en", TAIPEI, "Sat 7 Mar 2026, 23:59 Taipei time"),
        ("en", NEW_YORK, "Sat 7 Mar 2026, 10:59 EST"),
        ("zh-hant", TAIPEI, "2026 年 3 月 7 日（星期六）23:59 台北時間"),
        ("zh-hant", NEW_YORK, "2026 年 3 月 7 日（星期六）10:59 美東標準時間"),
    ],
)
def test_an_instant_is_written_in_the_programs_zone(
    language: str, program: Program, written: str
) -> None:
    with translation.override(language):
        assert formats.instant(AT, program) == written


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("program", [TAIPEI, NEW_YORK])
def test_days_and_hours_are_written_as_django_writes_them(language: str, program: Program) -> None:
    zone = ZoneInfo(program.time_zone)
    moments = [AT + n * timedelta(hours=47, minutes=13) for n in range(-1_000, 1_000)]
    with translation.override(language):
        for at in moments:
            local = at.astimezone(zone)
            written = date_format(local, gettext("D j M Y, H:i"))
            name = formats.zone_at(at, program.time_zone)
            assert formats.instant(at, program) == f"{written} {name}"
            assert formats.day(local.date()) == date_format(local.date(), gettext("D j M Y"))


@pytest.mark.parametrize(
    ("language", "written"), [("en", "Sun 8 Mar 2026"), ("zh-hant", "2026 年 3 月 8 日（星期日）")]
)
def test_a_day_is_written_with_its_weekday(language: str, written: str) -> None:
    with translation.override(language):
        assert formats.day(date(2026, 3, 8)) == written


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize(
    ("cents", "program", "written"),
    [
        (123450, TAIPEI, "NT$123,450"),
        (123450, NEW_YORK, "$1,234.50"),
        (-300, NEW_YORK, "−$3.00"),
        (0, TAIPEI, "NT$0"),
        (12345678901234567, NEW_YORK, "$123,456,789,012,345.67"),
    ],
)
def test_an_amount_is_written_with_its_currency(
    language: str, cents: int, program: Program, written: str
) -> None:
    with translation.override(language):
        assert formats.money(cents, program) == written


@pytest.mark.parametrize(
    ("language", "things", "facts"),
    [
        ("en", "Roofing, Siding", "Fri 6 Mar, $50.00"),
        ("zh-hant", "Roofing、Siding", "Fri 6 Mar，$50.00"),
    ],
)
def test_commas_are_the_languages(language: str, things: str, facts: str) -> None:
    with translation.override(language):
        assert formats.listed(["Roofing", "Siding"]) == things
        assert formats.beside(["Fri 6 Mar", "", "$50.00"]) == facts
        assert (
            Template("{% load formats %}{% beside a b %}").render(
                Context({"a": "Fri 6 Mar", "b": "$50.00"})
            )
            == facts
        )


def test_wide_colon_needs_no_space() -> None:
    assert formats.lead_in("Refund requested:") == "Refund requested: "
    assert formats.lead_in("已申請退費：") == "已申請退費："
