import pytest

from leads.safe_csv import safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_becomes_text(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "1+1", "a=b", "The cell is blank."])
def test_other_text_stays(text: str) -> None:
    assert safe_cell(text) == text
