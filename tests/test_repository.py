"""What is true of the repository as a whole: its layout, its locks, its commands, its pages."""

import ast
import os
import re
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("run", "test", "dev")
TOP_LEVEL = (
    ".ci/run",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "bench",
    "config/kiosk.toml",
    "docs/architecture.md",
    "docs/dependencies.md",
    "kiosk/printer",
    "kiosk/sync",
    "kiosk/ui",
    "pyproject.toml",
    "requirements",
    "systemd",
    "tests",
)
SCRIPTS = (
    ".ci/run",
    "requirements/install",
    "requirements/lock",
    "systemd/install",
    "systemd/kiosk",
)
ROOMS = sorted(path.parent for path in ROOT.glob("kiosk/**/__init__.py"))

# Where this project was written, or where its packages came from, is nobody's business.
MACHINE_PATHS = re.compile(rb"/(?:root|work|home/\w+|Users/\w+)/|\.pyenv")
REGISTRIES = re.compile(
    rb"(?:pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian)|--(?:extra-)?index-url|--find-links"
)


def project() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names_of(requirements: object) -> set[str]:
    assert isinstance(requirements, list)
    return {canonical(re.match(r"[\w.-]+", line)[0]) for line in requirements}


def pins_of(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    return {canonical(n): v for n, v in re.findall(r"(?m)^([\w.-]+)==([^\s\\;]+)", text)}


def direct_dependencies() -> dict[str, set[str]]:
    """For each lock, what ``pyproject.toml`` asks of it by name."""
    stated = project()
    groups = stated["dependency-groups"]
    run = names_of(stated["project"]["dependencies"]) | names_of(stated["build-system"]["requires"])
    test = run | names_of(groups["test"])
    return {"run": run, "test": test, "dev": test | names_of(groups["lint"])}


@pytest.fixture(scope="module")
def tracked_paths() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: there is no list of tracked files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    return [name for name in names if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def tracked(tracked_paths: list[str]) -> dict[str, bytes]:
    """Content of the text files under version control, by path."""
    contents = {path: (ROOT / path).read_bytes() for path in tracked_paths}
    return {path: text for path, text in contents.items() if b"\0" not in text[:8000]}


@pytest.mark.parametrize("path", TOP_LEVEL)
def test_the_top_level_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", SCRIPTS)
def test_scripts_may_be_run(path: str) -> None:
    assert (ROOT / path).stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_a_room_says_what_it_is_for(room: Path) -> None:
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))
    assert docstring, f"{room.name}/__init__.py has no docstring"


def test_no_file_names_the_machine_it_was_written_on(tracked: dict[str, bytes]) -> None:
    named = {p: found[0] for p, text in tracked.items() if (found := MACHINE_PATHS.search(text))}
    named.pop("tests/test_repository.py", None)
    assert named == {}


def test_no_file_names_where_packages_are_downloaded_from(tracked: dict[str, bytes]) -> None:
    named = {path: found[0] for path, text in tracked.items() if (found := REGISTRIES.search(text))}
    named.pop("tests/test_repository.py", None)
    assert named == {}


def test_what_lies_beside_the_code_is_installed_with_it(tracked_paths: list[str]) -> None:
    patterns = project()["tool"]["setuptools"]["package-data"]["kiosk"]
    installed = {".py", *(Path(pattern).suffix for pattern in patterns)}
    files = [Path(path) for path in tracked_paths if path.startswith("kiosk/")]
    assert [str(file) for file in files if file.suffix not in installed] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_direct_dependency(lock: str) -> None:
    assert direct_dependencies()[lock] - pins_of(lock).keys() == set()


def test_each_lock_holds_the_one_before_it() -> None:
    for smaller, larger in (("run", "test"), ("test", "dev")):
        assert pins_of(smaller).items() <= pins_of(larger).items(), f"{smaller}: run make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    hashes = re.compile(r"[\w.-]+==\S+[^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+")
    assert [entry.splitlines()[0] for entry in entries if not hashes.fullmatch(entry)] == []


def test_every_direct_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    explained = re.findall(r"(?m)^\| `([\w.-]+)` \| \w", page)
    assert sorted(explained) == sorted(direct_dependencies()["dev"])


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"(?m)^([a-z][\w-]*):", makefile)
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"(?m)^  make (\S+) +\S", shown.stdout)
    assert listed == targets
    phony = re.search(r"(?m)^\.PHONY: (.*)$", makefile)
    assert phony
    assert phony[1].split() == targets
