"""The house stands: a straight line of packages without drawers, read from the syntax trees.

A package may import only those to its left. That is checked for imports inside functions, for
`import_module("...")` and for models named in strings too: circular apps hide in those.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINE = ("people", "kb", "courses", "exams", "web")
PURE = (
    *("exams.kinds", "exams.written", "exams.simulation", "exams.statistics"),
    *(
        "exams.papers.counting",
        "exams.draw",
        "kb.diagnosis",
        "kb.digest",
        "kb.wording",
        "kb.difference",
        "kb.control.versions",
    ),
    *("kb.control.sheets", "kb.importing.reading", "kb.importing.word", "kb.importing.commonmark", "people.dates"),
    *("kb.diagnosis.chart", "kb.diagnosis.order", "kb.diagnosis.table", "kb.cases.clock"),
    *("kb.software", "kb.evidence.columns", "kb.search.analysis", "kb.search.spelling", "kb.search.passages"),
)
DRAWERS = {"utils", "helpers", "common", "core", "services", "managers"}
MODEL = re.compile(rf"({'|'.join(LINE)})\.[A-Z]\w+")


def modules(folder: str) -> list[Path]:
    """Return the Python files below a folder of the project."""
    return sorted((ROOT / folder).rglob("*.py"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Return every node of a file's syntax tree."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def references(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line and dotted name by which a file reaches another module or model."""
    package = path.relative_to(ROOT).parent.parts
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield node.lineno, ast.unparse(node.args[0]).strip("'")
        elif isinstance(node, ast.Constant) and MODEL.fullmatch(str(node.value)):
            yield node.lineno, str(node.value)


def offences(folder: str, allowed: set[str]) -> list[str]:
    """Return where a file below `folder` reaches a part of ours that does not lie in `allowed`."""
    ours = tuple(f"{package}." for package in LINE)
    fine = tuple(f"{package}." for package in allowed)
    return [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in modules(folder)
        for line, name in references(path)
        if f"{name}.".startswith(ours) and not f"{name}.".startswith(fine)
    ]


@pytest.mark.parametrize("package", LINE)
def test_a_package_reaches_only_those_to_its_left(package: str) -> None:
    assert modules(package)
    assert offences(package, set(LINE[: LINE.index(package) + 1])) == []


def test_search_knows_no_other_part_of_ours() -> None:
    assert modules("kb/search")
    assert offences("kb/search", {"kb.search"}) == []


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_runs_without_models(module: str) -> None:
    program = f"import sys, {module}; sys.exit('django.db.models' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_nothing_is_a_drawer() -> None:
    parts = {path: {path.stem, *path.relative_to(ROOT).parts} for package in LINE for path in modules(package)}
    assert [path for path in parts if parts[path] & DRAWERS] == []


def test_no_rule_of_ours_waits_for_a_signal() -> None:
    """A receiver runs where nobody reads it; only handlers of other projects may be connected again."""
    found = []
    for path in (path for package in LINE for path in modules(package)):
        foreign = {name.rpartition(".")[2] for _, name in references(path) if not name.startswith(LINE)}
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                found += [(path, node.name) for each in node.decorator_list if "receiver" in ast.unparse(each)]
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".connect"):
                found += [(path, handler) for handler in map(ast.unparse, node.args[:1]) if handler not in foreign]
    assert found == []
