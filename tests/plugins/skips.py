"""In CI a skip whose reason isn't in ``tests/allowed_skips.txt`` fails the run."""

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

LIST = Path(__file__).resolve().parent.parent / "allowed_skips.txt"


def pytest_configure(config: pytest.Config) -> None:
    """Watch the skips of the whole run; the workers of xdist report theirs to the controller."""
    if os.environ.get("CI") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipGuard(allowed_reasons(LIST, kind_of_run(os.environ))))


def kind_of_run(environ: Mapping[str, str]) -> str:
    """Name the section of the list that holds for this run: its database."""
    return "postgresql" if environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"


def allowed_reasons(path: Path, kind: str) -> frozenset[str]:
    """Read the reasons that a kind of run accepts; raises ``ValueError`` for one without a why."""
    parser = configparser.ConfigParser(delimiters="=", interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # reasons keep their capitals
    parser.read_string(path.read_text(encoding="utf-8"))
    unexplained = [reason for reason, why in parser.items(kind) if not why.strip()]
    if unexplained:
        raise ValueError(f"{path.name} doesn't say why it accepts: {', '.join(unexplained)}")
    return frozenset(parser.options(kind))


class SkipGuard:
    """Collects the skips that nobody allowed and fails the session for them."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.refused: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at one phase of one test."""
        self._look_at(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Look at one module: it may be skipped as a whole."""
        self._look_at(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a session that would have passed."""
        if self.refused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which skips were refused."""
        if not self.refused:
            return
        terminalreporter.section(f"skips that {LIST.name} doesn't list", red=True)
        for line in sorted(set(self.refused)):
            terminalreporter.line(line)

    def _look_at(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = _reason(report)
        if reason not in self.allowed:
            self.refused.append(f"{report.nodeid}: {reason}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple | list):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr)
