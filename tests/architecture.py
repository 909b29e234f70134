"""What the code must not do, as small functions over a module's path and syntax tree.

Each returns its complaints, one line each. ``tests/test_architecture.py`` runs them over the
apps and over a planted offence each. Paths are relative to the repository's root.
"""

import ast
from collections.abc import Iterator
from pathlib import PurePath

# config may import refunds, which may import leads, which may import accounts.
APPS = ("accounts", "leads", "refunds", "config")

# What stands at the top of an app answers people; a name that isn't listed is between the models
# and the services: mails, forms, letters, formats ...
TOP = ("views", "admin", "management", "api", "templatetags", "urls", "context", "apps")
SERVICES = ("services", "ledger", "seed")
BETWEEN = 2
RANKS = {"policy": 0, "migrations": 1, "models": 1, "tasks": 4}
RANKS |= dict.fromkeys(SERVICES, 3) | dict.fromkeys(TOP, 5)

WRITES = {
    "save", "update", "create", "delete", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create", "save_base", "raw_delete", "asave", "aupdate", "acreate", "adelete",
    "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create",
}  # fmt: skip
TRANSITIONS = {
    "investigate", "approve", "decline", "ask_pro", "resume", "go_on_unanswered",
    "put_to_seller", "hear_seller", "file_appeal", "overturn", "uphold", "reverse", "withdraw",
}  # fmt: skip
RINGS = {"delay", "apply_async", "send_task"}
CLOCKS = {"now", "utcnow", "today", "localdate", "localtime", "monotonic", "perf_counter"}
NOT_IN_POLICY = (
    "django", "django_fsm", "celery", "ast", "os", "random", "secrets", "time", *APPS,
)  # fmt: skip

MAX_LINES = {"function": 40, "module": 400, "admin module": 300, "template": 120, "transition": 5}

# Modules where a float is no money, with the reason.
FLOATS_THAT_ARE_NO_MONEY = {
    "refunds/services/doorbell.py": "seconds for which a broker that is down is left alone",
}


def imports_against_the_arrows(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse imports from an app or a layer above the importing one."""
    app, rank = path.parts[0], _rank(path.parts)
    complaints = []
    for line, name in _imported(path, tree):
        parts = name.split(".")
        if parts[0] not in APPS:
            continue
        if APPS.index(parts[0]) > APPS.index(app):
            complaints.append(f"{path}:{line} imports {name}, an app above its own")
        elif parts[0] != "config" and app != "config" and _rank(parts) > rank:
            complaints.append(f"{path}:{line} imports {name}, a layer above its own")
    return complaints


def writes_at_the_top(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse views, admin and commands that write rows; they call a service."""
    if not _is_top(path) and path.name != "tasks.py":
        return []
    return [
        f"{path}:{call.lineno} writes by .{_attribute(call)}("
        for call in _calls(tree)
        if _attribute(call) in WRITES or (_attribute(call) == "execute" and not _selects(call))
    ]


def transitions_at_the_top(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse views, admin and commands that run a transition; asking ``can_proceed`` is fine."""
    if not _is_top(path) and path.name != "tasks.py":
        return []
    modules = _imported_modules(tree)
    asked = {
        id(argument)
        for call in _calls(tree)
        if isinstance(call.func, ast.Name) and call.func.id == "can_proceed"
        for argument in call.args
    }
    return [
        f"{path}:{node.lineno} reaches for the transition .{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in TRANSITIONS
        and id(node) not in asked
        and not (isinstance(node.value, ast.Name) and node.value.id in modules)
    ]


def states_set_by_hand(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse what sets a state past the machine (traps 11 and 15)."""
    named = [
        f"{path}:{call.lineno} sets a state by {ast.unparse(call.func)}("
        for call in _calls(tree)
        if (_attribute(call) in WRITES or _name(call) == "RefundRequest")
        and any(keyword.arg == "state" for keyword in call.keywords)
    ]
    listed = [
        f"{path}:{call.lineno} sets a state by .bulk_update("
        for call in _calls(tree)
        if _attribute(call) == "bulk_update" and "'state'" in ast.unparse(call)
    ]
    assigned = [
        f"{path}:{node.lineno} assigns a state"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr == "state"
    ]
    fresh = [
        f"{path}:{call.lineno} calls refresh_from_db, which a protected state does not survive"
        for call in _calls(tree)
        if _attribute(call) in ("refresh_from_db", "arefresh_from_db")
    ]
    return named + listed + assigned + fresh


def signals(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse Django's signals and the machine's."""
    return [
        f"{path}:{line} imports {name}"
        for line, name in _imported(path, tree)
        if name.startswith("django")
        and (name.startswith("django.dispatch") or "signals" in name.split("."))
    ]


def generic_foreign_keys(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse relations that the database can't hold."""
    return [
        f"{path}:{line} imports {name}"
        for line, name in _imported(path, tree)
        if name.startswith("django.contrib.contenttypes.fields")
    ]


def default_orderings(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse ``Meta.ordering``: a page says its own order."""
    return [
        f"{path}:{node.lineno} has Meta.ordering"
        for meta in ast.walk(tree)
        if isinstance(meta, ast.ClassDef) and meta.name == "Meta"
        for node in ast.walk(meta)
        if isinstance(node, ast.Name) and node.id == "ordering"
    ]


def requests_in_transactions(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse ``ATOMIC_REQUESTS``, by which every GET takes SQLite's write lock (trap 16)."""
    return [
        f"{path}:{getattr(node, 'lineno', 0)} speaks of ATOMIC_REQUESTS"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and node.value == "ATOMIC_REQUESTS")
        or (isinstance(node, ast.Name) and node.id == "ATOMIC_REQUESTS")
        or (isinstance(node, ast.keyword) and node.arg == "ATOMIC_REQUESTS")
    ]


def save_overrides(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse models that do more than they say when they are saved or deleted."""
    return [
        f"{path}:{node.lineno} overrides {node.name}"
        for body in ast.walk(tree)
        if isinstance(body, ast.ClassDef) and "models" in path.parts[1].split(".")
        for node in body.body
        if isinstance(node, _FUNCTIONS) and node.name in ("save", "asave", "save_base", "delete")
    ]


def rings_out_of_place(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse calls of Celery outside services and tasks: they know when the commit is."""
    if _layer(path.parts) in ("services", "tasks"):
        return []
    return [
        f"{path}:{call.lineno} rings by {ast.unparse(call.func)}("
        for call in _calls(tree)
        if _attribute(call) in RINGS
    ]


def impure_policy(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse the clock, the ORM, settings and chance in ``policy/``."""
    if _layer(path.parts) != "policy":
        return []
    imported = [
        f"{path}:{line} imports {name}"
        for line, name in _imported(path, tree)
        if name.split(".")[0] in NOT_IN_POLICY and not name.startswith("refunds.policy")
    ]
    asked = [
        f"{path}:{call.lineno} asks the clock by {ast.unparse(call.func)}("
        for call in _calls(tree)
        if _attribute(call) in CLOCKS
    ]
    return imported + asked


def floats_near_money(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse floats, fields that lose cents, and divisions of cents that leave the integers.

    Settings and commands hold seconds, not money, and are left out.
    """
    if path.parts[0] == "config" or _layer(path.parts) == "management":
        return []
    return [
        f"{path}:{getattr(node, 'lineno', 0)} has {ast.unparse(node)}"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or _last_name(node) in ("DecimalField", "FloatField")
        or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and "cents" in ast.unparse(node)
        )
    ]


def web_below_the_top(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse requests and flashed messages in services, tasks and models."""
    if _layer(path.parts) not in ("models", "tasks", *SERVICES):
        return []
    return [
        f"{path}:{line} imports {name}"
        for line, name in _imported(path, tree)
        if name.startswith(("django.http", "django.shortcuts", "django.contrib.messages"))
    ]


def functions_too_long(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse functions and views of more lines than the budget; decorators don't count."""
    return [
        f"{path}:{node.lineno} {node.name} has {_lines(node)} lines"
        for node in ast.walk(tree)
        if isinstance(node, _FUNCTIONS) and _lines(node) > MAX_LINES["function"]
    ]


def transitions_too_long(path: PurePath, tree: ast.Module) -> list[str]:
    """Refuse transitions that do more than set a few fields."""
    return [
        f"{path}:{node.lineno} {node.name} has {len(node.body) - 1} statements"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(
            ast.unparse(decorator).startswith("transition(") for decorator in node.decorator_list
        )
        and len(node.body) - 1 > MAX_LINES["transition"]
    ]


def too_many_lines(path: PurePath, text: str) -> list[str]:
    """Refuse modules and templates over their budget; unlike the others it takes the text."""
    kind = "template" if path.parts[0] == "templates" else "module"
    if _layer(path.parts) == "admin":
        kind = "admin module"
    count = text.count("\n")
    return [f"{path} has {count} lines"] if count > MAX_LINES[kind] else []


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _layer(parts: tuple[str, ...] | list[str]) -> str:
    return parts[1].removesuffix(".py") if len(parts) > 1 else ""


def _rank(parts: tuple[str, ...] | list[str]) -> int:
    return RANKS.get(_layer(parts), BETWEEN)


def _is_top(path: PurePath) -> bool:
    return _layer(path.parts) in TOP


def _imported(path: PurePath, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything that a module imports, also in functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.parts[: len(path.parts) - node.level] if node.level else ()
            module = ".".join((*above, *filter(None, [node.module])))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def _imported_modules(tree: ast.Module) -> set[str]:
    """Return the names that are bound to modules: imported ones without a capital."""
    return {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.name.islower()
    }


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _attribute(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _selects(call: ast.Call) -> bool:
    statement = call.args[0] if call.args else None
    return (
        isinstance(statement, ast.Constant)
        and isinstance(statement.value, str)
        and statement.value.lstrip().upper().startswith("SELECT")
    )


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
