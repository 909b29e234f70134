import pytest

from leads.fingerprint import request_fingerprint

REQUEST = {
    "contact": "+14045550142",
    "category": "roofing",
    "postal_code": "30301",
    "street": "12 Peach Street",
}


def test_spelling_makes_no_other_request() -> None:
    again = REQUEST | {"street": "  12  PEACH ｓtreet "}
    assert request_fingerprint(**again) == request_fingerprint(**REQUEST)


@pytest.mark.parametrize(
    "other",
    [
        {"contact": "+14045550143"},
        {"category": "plumbing"},
        {"postal_code": "30302"},
        {"street": "14 Peach Street"},
        {"postal_code": "", "street": "30301 12 Peach Street"},
    ],
)
def test_a_similar_request_is_another_one(other: dict[str, str]) -> None:
    assert request_fingerprint(**(REQUEST | other)) != request_fingerprint(**REQUEST)
