"""Which functions and classes of the package some others can come to, read from its source: by the names they use.

Rather too many than too few: a class counts with all its methods, a type that is only named as well.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import townreturn

_ROOT = Path(townreturn.__file__).parent
Place = tuple[str, str]
"""A module and what is defined in it; nothing for the module itself."""


def reach_from(package: str) -> dict[Place, ast.stmt]:
    """Everything that the modules of a package define, and what that uses, wherever it stands."""
    found: dict[Place, ast.stmt] = {}
    waiting = [(module, name) for module in _modules() if module.startswith(package) for name in _defined(module)]
    while waiting:
        place = waiting.pop()
        if place[1] and place not in found:
            found[place] = _defined(place[0])[place[1]]
            waiting += _used_by(place[0], found[place])
    return found


@cache
def _modules() -> dict[str, ast.Module]:
    paths = ((path, path.relative_to(_ROOT.parent).with_suffix("").parts) for path in _ROOT.rglob("*.py"))
    named = ((path, parts[:-1] if parts[-1] == "__init__" else parts) for path, parts in paths)
    return {".".join(parts): ast.parse(path.read_text("utf-8")) for path, parts in named}


@cache
def _defined(module: str) -> dict[str, ast.stmt]:
    """What stands at a module's top level, by name."""
    return {name: node for node in _modules()[module].body for name in _names_of(node)}


def _names_of(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    targets: Iterable[ast.expr] = node.targets if isinstance(node, ast.Assign) else ()
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


@cache
def _imported(module: str) -> dict[str, Place]:
    """Name → where it comes from, imports inside functions included."""
    statements = [one for one in ast.walk(_modules()[module]) if isinstance(one, ast.ImportFrom) and one.module]
    return {
        alias.asname or alias.name: (str(one.module), alias.name) for one in statements for alias in one.names
    }  # fmt: skip


def _find(module: str, name: str) -> Place | None:
    """Where a name that a module uses is defined, behind whatever re-exports; None outside the package."""
    if module not in _modules():
        return None
    if name in _defined(module):
        return module, name
    if name not in _imported(module):
        return None
    source, original = _imported(module)[name]
    return (f"{source}.{original}", "") if f"{source}.{original}" in _modules() else _find(source, original)


def _used_by(module: str, node: ast.stmt) -> Iterator[Place]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and (place := _find(module, one.id)):
            yield place
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            holder = _find(module, one.value.id)
            place = _find(holder[0], one.attr) if holder and not holder[1] else None
            yield from [place] if place else []
