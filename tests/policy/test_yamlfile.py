"""YAML that guesses nothing."""

import pytest

from refunds.policy.yamlfile import UnreadableYAML, read


def test_what_looks_like_a_date_a_time_or_a_postal_code_stays_a_string() -> None:
    text = "{day: 2026-03-02, at: 2026-03-02T10:00:00Z, clock: 08:00, code: 01234, n: 12, m: 0}"

    assert read(text) == {
        "day": "2026-03-02",
        "at": "2026-03-02T10:00:00Z",
        "clock": "08:00",
        "code": "01234",
        "n": 12,
        "m": 0,
    }


def test_a_key_that_is_given_twice_is_refused() -> None:
    with pytest.raises(UnreadableYAML, match="'a' is given twice"):
        read("{b: {a: 1, a: 2}}")


def test_merging_an_anchor_is_not_giving_a_key_twice() -> None:
    assert read("a: &x {n: 1}\nb: {<<: *x, n: 2}") == {"a": {"n": 1}, "b": {"n": 2}}


@pytest.mark.parametrize("text", ["{", "a: b: c", "!!python/name:os.system x"])
def test_what_is_not_plain_yaml_is_refused(text: str) -> None:
    with pytest.raises(UnreadableYAML):
        read(text)
