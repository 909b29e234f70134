"""The command: its files, its report, and what it says."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ServicePro
from leads.services.report import ReportRefused
from leads.services.sales_file import FileRefused
from refunds.services.charging import import_sales
from tests.leads.imports.steps import facts
from tests.leads.sales_csv import row, text, write


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "The file is empty."), ("lead,pro\n1,2\n", "The header's columns are not the")],
)
def test_a_file_that_is_refused_changes_nothing(
    roofer: ServicePro, tmp_path: Path, content: str, sentence: str
) -> None:
    (tmp_path / "sales.csv").write_text(content)
    before = facts()
    with pytest.raises(FileRefused, match=sentence):
        import_sales(path=tmp_path / "sales.csv", report_path=tmp_path / "report.csv")
    assert facts() == before
    assert not (tmp_path / "report.csv").exists()


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        ("sales.csv", "The report can't take the place of the file that is imported."),
        ("none/report.csv", "can't be written: No such file or directory."),
    ],
)
def test_a_report_that_can_not_be_written(
    roofer: ServicePro, tmp_path: Path, report: str, sentence: str
) -> None:
    path = write(tmp_path / "sales.csv", row())
    before = facts()
    with pytest.raises(ReportRefused) as refused:
        import_sales(path=path, report_path=tmp_path / report)
    assert str(refused.value).endswith(sentence)
    assert facts() == before
    assert path.read_bytes() == text([row()]).encode()


def test_the_command_says_what_became_of_the_rows(
    roofer: ServicePro, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "sales.csv", row(), row(), row(price="0"))
    call_command("import_sales", str(path))
    report = tmp_path / "sales.report.csv"
    assert capsys.readouterr().out == (
        f"3 rows read: 1 sales added, 1 already there, 1 bad (see {report}).\n"
    )
    assert report.read_text() == "line,column,reason\n4,price,A price is more than zero.\n"


def test_the_command_writes_the_report_where_it_is_told(
    roofer: ServicePro, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "sales.csv", row())
    call_command("import_sales", str(path), "--report", str(tmp_path / "bad.csv"))
    assert capsys.readouterr().out == "1 rows read: 1 sales added, 0 already there, 0 bad.\n"
    assert (tmp_path / "bad.csv").read_text() == "line,column,reason\n"
    assert not (tmp_path / "sales.report.csv").exists()


def test_the_command_refuses_with_a_sentence(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^There is no file .*nothing\.csv\.$"):
        call_command("import_sales", str(tmp_path / "nothing.csv"))
