"""What `make demo` and `make test` say on machines that lack something."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# What the scripts need of any system. A PATH of these alone has no Python, browser or apt-get.
TOOLS = ("sh", "cat", "dirname", "mktemp", "rm")

# An interpreter is asked three things: is it of a version that will do, can it make virtual
# environments, and which version is it.
OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = "#!/bin/sh\ncase $2 in *ensurepip*) exit 1;; *%d.%d*) echo 3.12;; esac\n"
WHOLE = "#!/bin/sh\n[ $2 = venv ] && echo it broke && exit 1\nexit 0\n"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs that is all the PATH there is."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    return programs


def add_program(machine: Path, name: str, text: str) -> None:
    (machine / name).write_text(text, "utf-8")
    (machine / name).chmod(0o755)


def install(machine: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installer in a project of its own, with a space in its path."""
    script = machine.parent / "a project" / "requirements" / "install"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / "requirements" / "install", script)
    return subprocess.run(
        [str(script), "run"],
        env={"PATH": str(machine), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_python_one_line_says_which_is_needed(machine: Path) -> None:
    ended = install(machine)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in ended.stderr


def test_a_python_too_old_is_none(machine: Path) -> None:
    add_program(machine, "python3", OLD)
    assert "Python 3.11, 3.12 or 3.13 is needed" in install(machine).stderr


def test_a_python_that_was_named_and_will_not_do_is_named_again(machine: Path) -> None:
    add_program(machine, "python3", WHOLE)
    ended = install(machine, PYTHON="python2")
    assert ended.returncode == 1
    assert ended.stderr == "PYTHON=python2 is not a Python 3.11, 3.12 or 3.13 that runs.\n"


def test_a_missing_venv_names_its_package(machine: Path) -> None:
    add_program(machine, "python3", WITHOUT_VENV)
    ended = install(machine)
    assert ended.returncode == 1
    expected = "python3 cannot make virtual environments: install the package python3.12-venv.\n"
    assert ended.stderr == expected


def test_a_whole_python_goes_before_a_newer_one_without_venv(machine: Path) -> None:
    add_program(machine, "python3.13", WITHOUT_VENV)
    add_program(machine, "python3.11", WHOLE)
    ended = install(machine)
    assert (
        ended.stderr == "it broke\nNo virtual environment could be made in .venv with python3.11.\n"
    )


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pytest.ini").write_text("[pytest]\nmarkers = browser: needs one\n", "utf-8")
    (project / "test_two.py").write_text(
        "import pytest\n"
        "def test_plain(): pass\n"
        "@pytest.mark.browser\n"
        "@pytest.mark.parametrize('n', range(3))\n"
        "def test_screens(n): pass\n",
        "utf-8",
    )
    return project


def run_tests(project: Path, machine: Path, **environment: str) -> tuple[int, list[str]]:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "run.py")],
        cwd=project,
        env={"PATH": str(machine), "HOME": os.environ.get("HOME", "/"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout.splitlines()


def test_without_a_browser_the_rest_runs_and_the_last_line_counts(
    small_project: Path, machine: Path
) -> None:
    code, lines = run_tests(small_project, machine)
    assert lines[-1] == "NOT RUN: 3 browser tests: install chromium"
    assert " 1 passed" in lines[-2]
    assert code == 0


def test_without_a_browser_ci_fails(small_project: Path, machine: Path) -> None:
    code, lines = run_tests(small_project, machine, CI="true")
    assert lines[-1] == "NOT RUN: 3 browser tests: install chromium"
    assert code == 1


def test_a_browser_that_does_not_start_is_none(small_project: Path, machine: Path) -> None:
    add_program(machine, "chromium", "#!/bin/sh\nexit 127\n")
    _, lines = run_tests(small_project, machine)
    assert lines[-1].startswith("NOT RUN: 3 browser tests")


def test_with_a_browser_everything_runs(small_project: Path, machine: Path) -> None:
    add_program(machine, "google-chrome", "#!/bin/sh\nexit 0\n")
    code, lines = run_tests(small_project, machine, CI="true")
    assert " 4 passed" in lines[-1]
    assert code == 0


def test_a_browser_is_installed_when_that_is_allowed(small_project: Path, machine: Path) -> None:
    fresh_apt = (
        "#!/bin/sh\n"
        f"lists={machine}/lists\n"
        'case "$*" in\n'
        "*update) touch $lists;;\n"
        "*install*chromium) [ -e $lists ] || exit 100\n"
        f"  printf '#!/bin/sh\\n' > {machine}/chromium; chmod +x {machine}/chromium;;\n"
        "esac\n"
    )
    add_program(machine, "apt-get", fresh_apt)
    add_program(machine, "timeout", '#!/bin/sh\nshift\nexec "$@"\n')
    add_program(machine, "sudo", '#!/bin/sh\nshift\nexec "$@"\n')
    for name in ("env", "touch", "chmod", "true"):
        (machine / name).symlink_to(shutil.which(name) or "")
    code, lines = run_tests(small_project, machine, CI="true")
    assert lines[0] == "Installing Chromium for the browser tests ..."
    assert " 4 passed" in lines[-1]
    assert code == 0
