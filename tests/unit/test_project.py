"""Walks the project: where SQL stands, what the wheel holds, what the pins say, and that nothing is left to do."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

import bot.jobs
from bot.jobs.loop import Loop
from bot.runtime.parts import LOOPS
from db.migrate import all_migrations

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "cogs", "dashboard", "db")
MOST_LINES = 300
LONGER: dict[str, str] = {}
"""Program files that may be longer, and why. Tests may take what they need."""

_SQL = re.compile(
    r"^\s*(select\b.+\bfrom\b|select\s+\w+\(|with\s+\w+\s+as\b.*|insert\s+into\s+\w|update\s+\w+\s+set\b|delete\s+from\s+\w|truncate\s+\w|"
    r"(create|alter|drop)\s+(unique\s+)?(table|index|role|schema|database|view|function)\b|lock\s+table|do\s+\$)",
    re.IGNORECASE | re.DOTALL,
)
NOT_OURS = {"bot/bungie/unpack.py": "reads the sqlite file that Bungie.net makes"}
"""Statements for another database than ours."""

_PIN = re.compile(r"[a-z0-9][a-z0-9._-]*==[0-9][0-9A-Za-z.+!-]*")
_LEFT = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK", "<" * 7, ">" * 7)))
_TEXT = {".py", ".sql", ".html", ".css", ".js", ".toml", ".md", ".lock", ".yaml", ".sh", ".svg", ""}


def files(*suffixes: str, below: str = "") -> Iterator[Path]:
    """The project's own files, without what tools leave in the folder."""
    for path in sorted((ROOT / below).rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        made = any(part in ("__pycache__", "build", "dist", "data") or part.endswith(".egg-info") for part in parts)
        if path.is_file() and path.suffix in suffixes and not hidden and not made:
            yield path


def python() -> list[Path]:
    return [path for room in ROOMS for path in files(".py", below=room)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string of a module but for docstrings; an f-string counts as its fixed parts."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "?".join(part.value for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


# -- SQL --------------------------------------------------------------------------------------------------


def test_sql_lives_in_db_only() -> None:
    found = [
        f"{name(path)}:{line}"
        for path in python()
        if path.relative_to(ROOT).parts[0] != "db" and name(path) not in NOT_OURS
        for line, text in texts(ast.parse(path.read_text("utf-8")))
        if _SQL.search(text)
    ]
    assert found == []


def test_the_walker_sees_sql() -> None:
    source = 'x = f"select {a} from b"\ny = "delete from c"\n"""select me from the docs"""\nz = "a selection from us"'
    assert {line for line, text in texts(ast.parse(source)) if _SQL.search(text)} == {1, 2}


def test_no_statement_is_put_together() -> None:
    """Neither by f-string, nor by %, format or +: values are parameters."""
    found = [
        f"{name(path)}:{node.lineno}"
        for path in files(".py", below="db")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (text := put_together(node)) is not None and _SQL.search(text)
    ]
    assert found == []


def put_together(node: ast.AST) -> str | None:
    """The fixed text of an expression that makes a string out of parts; None for others."""
    if isinstance(node, ast.JoinedStr):
        return "?".join(part.value for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        return "?".join(text for _, text in texts(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "replace"):
        return "?".join(text for _, text in texts(node.func.value))
    return None


@pytest.mark.parametrize("source", ['f"select {a} from b"', '"select %s from b" % a', '"select {} from b".format(a)'])
def test_the_walker_sees_statements_put_together(source: str) -> None:
    assert any(_SQL.search(put_together(node) or "") for node in ast.walk(ast.parse(source)))


# -- migrations -------------------------------------------------------------------------------------------


def test_each_migration_begins_with_its_reason() -> None:
    for migration in all_migrations():
        first = migration.sql.splitlines()[0]
        assert re.match(r"-- \S+( \S+){4,}", first), f"{migration.number:04d}_{migration.name}"


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.number for migration in all_migrations()] == list(range(1, len(all_migrations()) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", path.name) for path in files(".sql", below="db/migrations"))


# -- pins and leftovers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_pins_and_nothing_else(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if not _PIN.fullmatch(line)] == []
    names = [line.split("==")[0].replace("_", "-") for line in lines]
    assert len(set(names)) == len(names)


def test_every_dependency_is_pinned() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pinned = {line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines()}
    assert {re.split(r"[<>=~ ]", one)[0].replace(".", "-") for one in wanted} <= pinned


def test_nothing_is_left_to_do() -> None:
    found = [
        f"{name(path)}:{number}"
        for path in files(*_TEXT)
        if "vendor" not in path.parts
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if _LEFT.search(line)
    ]
    assert found == []


def test_no_program_file_needs_a_table_of_contents() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in python()}
    assert [f"{path} {count}" for path, count in lengths.items() if count > MOST_LINES and path not in LONGER] == []
    assert [path for path in LONGER if lengths.get(path, 0) <= MOST_LINES] == [], "no longer long: take it off the list"


# -- jobs and commands ------------------------------------------------------------------------------------


def test_every_jobs_loop_is_registered() -> None:
    modules = [importlib.import_module(f"bot.jobs.{one.name}") for one in pkgutil.iter_modules(bot.jobs.__path__)]
    loops = [module.LOOP for module in modules if isinstance(getattr(module, "LOOP", None), Loop)]
    assert sorted(loop.name for loop in loops) == sorted(loop.name for loop in LOOPS)
    assert all(loop in LOOPS for loop in loops)


def test_every_command_is_described_and_documented() -> None:
    from bot.cli import cli

    docs = "".join(path.read_text("utf-8") for path in files(".md"))
    for command_name, command in cli.commands.items():
        assert command.help, command_name
        assert re.search(rf"\./hawthorne {command_name}\b", docs), f"no document tells ./hawthorne {command_name}"
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, f"{command_name} {option.name}"


# -- documents --------------------------------------------------------------------------------------------


def links() -> list[tuple[Path, str]]:
    """Every relative link of a document, with the document."""
    pattern = re.compile(r"\]\(([^)#]+)[^)]*\)")
    found = [(path, target) for path in files(".md") for target in pattern.findall(path.read_text("utf-8"))]
    return [(path, target) for path, target in found if "://" not in target]


def test_links_between_documents_lead_somewhere() -> None:
    dead = [f"{name(path)}: {link}" for path, link in links() if not link.endswith(".png") and not there(path, link)]
    assert dead == []


def test_the_pictures_that_documents_show_are_there() -> None:
    if not list((ROOT / "docs/images").glob("*.png")):
        pytest.skip("docs/images is empty: its pictures are made from the demo")
    assert [link for path, link in links() if link.endswith(".png") and not there(path, link)] == []


def there(path: Path, link: str) -> bool:
    return (path.parent / link).exists()


# -- the wheel --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel, built once from a copy of the source."""
    if find_spec("setuptools") is None or find_spec("build") is None:
        pytest.skip("setuptools and build are needed: requirements-dev.lock")
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    for one in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / one, source / one)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (built,) = out.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_of_the_rooms(wheel: set[str]) -> None:
    wanted = {name(path) for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()}
    wanted = {one for one in wanted if "__pycache__" not in one}
    assert sorted(wanted - wheel) == []
    assert {"db/migrations/0001_ground.sql", "dashboard/templates/base.html", "dashboard/static/tokens.css"} <= wheel


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    others = {one.split("/")[0] for one in wheel} - set(ROOMS)
    assert len(others) == 1
    assert others.pop().startswith("hawthorne-")
    assert [one for one in wheel if one.endswith("LICENSE")]


def test_no_file_is_a_link_out_of_the_project() -> None:
    assert [name(path) for path in files(*_TEXT) if path.is_symlink()] == []
