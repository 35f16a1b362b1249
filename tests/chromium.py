"""Find a Chromium for the browser tests, and get one where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "ADAMOSCOPE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
HELP = (
    "No Chromium was found and none could be installed. Install Chromium or Chrome by hand, so that one of "
    f"{', '.join(NAMES)} is on the PATH, or set {VARIABLE} to its executable."
)


def works(executable):
    """Whether the file runs: some systems ship a `chromium-browser` that only says how to install one."""
    try:
        answer = subprocess.run([executable, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def playwrights_own():
    """Where Playwright keeps the Chromium that it downloads, whether or not it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find(environ=os.environ, works=works, playwrights_own=playwrights_own):
    """The executable named by the environment, else the first on the PATH, else Playwright's; or None.

    A name given in the environment is taken at its word: if it does not run, nothing else is tried.
    """
    if named := environ.get(VARIABLE):
        return named if works(named) else None
    for name in NAMES:
        found = shutil.which(name, path=environ.get("PATH"))
        if found and works(found):
            return found
    own = playwrights_own()
    return own if Path(own).exists() and works(own) else None


def install_commands(root, has_apt, sudo):
    """The ways to get a Chromium, best first; each is a list of commands to run in turn.

    `sudo` says whether sudo works without a password.
    """
    ways = []
    if has_apt and (root or sudo):
        apt = ["apt-get"] if root else ["sudo", "-n", "apt-get"]
        ways.append([[*apt, "update", "-q"], [*apt, "install", "-q", "-y", "chromium"]])
    with_system_libraries = ["--with-deps"] if root else []
    ways.append([[sys.executable, "-m", "playwright", "install", *with_system_libraries, "chromium"]])
    return ways


def succeeds(command):
    """Run a command without a terminal to ask questions on; whether it ended well."""
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environ, stdin=subprocess.DEVNULL).returncode == 0


def install():
    """Get a Chromium in the first way that gives one that runs; its path, or None."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    has_apt = shutil.which("apt-get") is not None
    sudo = not root and shutil.which("sudo") is not None and succeeds(["sudo", "-n", "true"])
    for commands in install_commands(root, has_apt, sudo):
        if all(succeeds(command) for command in commands) and (found := find()):
            return found
    return None


def find_or_install():
    """The path of a Chromium that runs, or SystemExit with what to do."""
    if found := find():
        return found
    if named := os.environ.get(VARIABLE):
        raise SystemExit(f"{VARIABLE} is {named!r}, which is no Chromium that runs here.")
    print("No Chromium found: getting one.", flush=True)
    if found := install():
        return found
    raise SystemExit(HELP)
