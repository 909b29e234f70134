"""A phone is shown as people write it where the program is at home."""

import pytest

from leads.phones import to_e164, written


@pytest.mark.parametrize(
    ("phone", "country", "shown"),
    [
        ("+14045550142", "us", "(404) 555-0142"),
        ("+14165550142", "US", "(416) 555-0142"),
        ("+886912345678", "us", "+886 912 345 678"),
        ("+886912345678", "tw", "0912 345 678"),
        ("+886223456789", "tw", "02 2345 6789"),
        ("+14045550142", "tw", "+1 404-555-0142"),
        ("", "us", ""),
        ("+999123456", "us", "+999123456"),
    ],
)
def test_phone_is_written_as_at_home(phone: str, country: str, shown: str) -> None:
    assert written(phone, country=country) == shown


@pytest.mark.parametrize("phone", ["+14045550142", "+886912345678", "+442079460958"])
@pytest.mark.parametrize("country", ["us", "tw"])
def test_what_is_written_is_the_same_phone(phone: str, country: str) -> None:
    assert to_e164(written(phone, country=country), country=country) == phone
