"""Run every test, with a browser if there is one or one may be installed.

Usage: ``python tests/run.py [pytest options]``. Without a browser the rest runs, and the last line
says how many browser tests did not; with ``CI=true`` that is a failure.
"""

import contextlib
import io
import os
import shutil
import subprocess
import sys

import pytest

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHECK_TIMEOUT_S = 30  # a cold start from a slow disk; a browser that hangs longer is none
INSTALL_TIMEOUT_S = 180  # about 100 MB; all tests together have 10 minutes

# Loopback servers and files of a run are each worker's own, so two workers share two cores.
WORKERS = ("-n", "2", "--dist", "worksteal")


def has_succeeded(command: list[str], timeout_s: int) -> bool:
    """Whether the command ended well in time; what it says is dropped."""
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def find_browser() -> str | None:
    """Path of a Chromium that starts; ``KIOSK_CHROMIUM`` goes before what PATH has."""
    names = [os.environ.get("KIOSK_CHROMIUM", ""), *BROWSER_NAMES]
    paths = (shutil.which(name) for name in names if name)
    return next((p for p in paths if p and has_succeeded([p, "--version"], CHECK_TIMEOUT_S)), None)


def install_browser() -> None:
    """Install Debian's Chromium as root or by password-less sudo; else leave things as they are."""
    if not shutil.which("apt-get"):
        return
    if os.geteuid() == 0:
        as_root = []
    elif has_succeeded(["sudo", "-n", "true"], CHECK_TIMEOUT_S):
        as_root = ["sudo", "-n"]
    else:
        return
    print("Installing Chromium for the browser tests ...", flush=True)
    # The limit runs as root beside apt-get: one from outside would end sudo and leave apt-get.
    apt = [*as_root, "timeout", str(INSTALL_TIMEOUT_S), "env", "DEBIAN_FRONTEND=noninteractive"]
    apt += ["apt-get", "-y", "-o", "DPkg::Lock::Timeout=60"]
    install = [*apt, "install", "--no-install-recommends", "chromium"]
    slack_s = INSTALL_TIMEOUT_S + CHECK_TIMEOUT_S
    # A machine just made has no package lists, or old ones: fetch them only if they are missed.
    if not has_succeeded(install, slack_s):
        has_succeeded([*apt, "update"], slack_s)
        has_succeeded(install, slack_s)


class Counter:
    """A pytest plugin that remembers how many tests were selected."""

    selected = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.selected = len(session.items)


def count_browser_tests(arguments: list[str]) -> int:
    counter = Counter()
    # What cannot be collected is told by the run that follows.
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*arguments, "--collect-only", "-m", "browser"], plugins=[counter])
    return counter.selected


def run_tests(arguments: list[str], browser: str | None) -> int:
    environment = dict(os.environ, KIOSK_CHROMIUM=browser or "")
    command = [sys.executable, "-m", "pytest", *WORKERS, *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    browser = find_browser()
    if browser is None:
        install_browser()
        browser = find_browser()
    if browser is not None:
        return run_tests(arguments, browser)
    missing = count_browser_tests(arguments)
    outcome = run_tests([*arguments, "-m", "not browser"], browser)
    if missing == 0:
        return outcome
    print(f"NOT RUN: {missing} browser tests: install chromium", flush=True)
    return outcome or int(os.environ.get("CI") == "true")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
