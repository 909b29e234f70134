"""The guard that fails CI on a skip without a listed reason."""

from pathlib import Path

import pytest

from tests.plugins import skips

TESTS = """
    import pytest

    def test_passes():
        pass

    def test_skipped():
        pytest.skip("{reason}")
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A session of its own that sees our plugin, in CI, on SQLite."""
    monkeypatch.setenv("CI", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(skips.__file__).parents[2]))
    return pytester


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_unlisted_skip_fails_the_run(run: pytest.Pytester, workers: str) -> None:
    run.makepyfile(TESTS.format(reason="no time"))

    result = run.runpytest_subprocess(*_options(workers))

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(
        ["*skips that allowed_skips.txt doesn't list*", "*::test_skipped: no time"]
    )


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_listed_skip_passes(run: pytest.Pytester, workers: str) -> None:
    run.makepyfile(TESTS.format(reason="needs Redis"))

    result = run.runpytest_subprocess(*_options(workers))

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=1, skipped=1)


def test_the_list_of_the_other_database_does_not_count(
    run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1/makegood")
    run.makepyfile(TESTS.format(reason="needs Redis"))

    result = run.runpytest_subprocess(*_options("0"))

    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_module_that_is_skipped_as_a_whole_fails_the_run(
    run: pytest.Pytester, workers: str
) -> None:
    run.makepyfile(
        test_whole="import pytest\npytest.skip('no time', allow_module_level=True)",
        test_other="def test_passes(): pass",
    )

    result = run.runpytest_subprocess(*_options(workers))

    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_an_expected_failure_is_no_skip(run: pytest.Pytester) -> None:
    run.makepyfile("import pytest\n@pytest.mark.xfail\ndef test_fails(): assert False")

    result = run.runpytest_subprocess(*_options("0"))

    assert result.ret == pytest.ExitCode.OK


def test_outside_ci_a_skip_is_a_skip(run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI")
    run.makepyfile(TESTS.format(reason="no time"))

    result = run.runpytest_subprocess(*_options("0"))

    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_our_list_is_readable(kind: str) -> None:
    assert skips.allowed_reasons(skips.LIST, kind)


def test_a_reason_must_say_why(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("[sqlite]\nneeds Time =\n")

    with pytest.raises(ValueError, match=r"list\.txt doesn't say why it accepts: needs Time"):
        skips.allowed_reasons(path, "sqlite")


def _options(workers: str) -> list[str]:
    return ["-p", "no:django", "-p", "tests.plugins.skips", "-n", workers]
