"""Which requirements the tests say that they prove, read from their text and never by importing.

A test says so with `@pytest.mark.covers("A17", "X16")`, and a whole file in its `pytestmark`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARKER = "pytest.mark.covers"
Function = ast.FunctionDef | ast.AsyncFunctionDef


class UnreadableTest(ValueError):
    """A file of tests that can't be read: what it proves is not known."""


@dataclass(frozen=True)
class Marker:
    """A requirement that a test names.

    `number` is in parentheses where it isn't a literal string. `test` is "" where it stands on a
    whole file, None where it stands on nothing.
    """

    number: str
    test: str | None
    path: Path
    line: int


def markers(tests: Path) -> Iterator[Marker]:
    """Every marker under the directory, file by file and from top to bottom.

    Raises UnreadableTest.
    """
    for path in sorted(tests.rglob("*.py")):
        tree = _tree(path)
        owners = {call: test.name for test in _tests(tree) for call in _on(test)}
        owners |= dict.fromkeys(_on_all(tree), "")
        for call in _calls(tree):
            for number in _numbers(call):
                yield Marker(number, owners.get(call), path, call.lineno)


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UnreadableTest(f"{path}: {error}") from error


def _tests(tree: ast.Module) -> Iterator[Function]:
    functions = (node for node in ast.walk(tree) if isinstance(node, Function))
    return (function for function in functions if function.name.startswith("test_"))


def _on(test: Function) -> Iterator[ast.Call]:
    """The markers of the test itself, and those of the rows that it is run with."""
    return (call for decorator in test.decorator_list for call in _calls(decorator))


def _on_all(tree: ast.Module) -> Iterator[ast.Call]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            yield from _calls(node)


def _calls(node: ast.AST) -> list[ast.Call]:
    found = [one for one in ast.walk(node) if isinstance(one, ast.Call) and _is_marker(one)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _is_marker(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == MARKER


def _numbers(call: ast.Call) -> list[str]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [_literal(one) for one in given] or ["(nothing)"]


def _literal(node: ast.expr) -> str:
    is_literal = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(ast.literal_eval(node)) if is_literal else f"({ast.unparse(node)})"
