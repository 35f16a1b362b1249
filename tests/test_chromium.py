"""How a Chromium is looked for, with no real one involved."""

import pytest

from tests import chromium


@pytest.fixture
def path(tmp_path):
    """A PATH of one folder with two browsers in it."""
    for name in ("chromium-browser", "google-chrome"):
        (tmp_path / name).touch(mode=0o755)
    return tmp_path


def find(environ, working):
    return chromium.find(environ, works=lambda file: file in working, playwrights_own=lambda: __file__)


def test_the_environment_comes_first(path):
    environ = {"PATH": str(path), chromium.VARIABLE: "mine"}
    assert find(environ, {"mine", str(path / "google-chrome")}) == "mine"
    assert find(environ, {str(path / "google-chrome")}) is None


def test_then_the_path_then_playwright(path):
    environ = {"PATH": str(path)}
    both = {str(path / "chromium-browser"), str(path / "google-chrome")}
    assert find(environ, both) == str(path / "chromium-browser")
    assert find(environ, {str(path / "google-chrome")}) == str(path / "google-chrome")
    assert find(environ, {__file__}) == __file__
    assert find(environ, set()) is None


@pytest.mark.parametrize(
    ("root", "has_apt", "sudo", "first"),
    [
        (True, True, False, ["apt-get", "update", "-q"]),
        (False, True, True, ["sudo", "-n", "apt-get", "update", "-q"]),
    ],
)
def test_the_system_s_packages_come_first(root, has_apt, sudo, first):
    system, own = chromium.install_commands(root, has_apt, sudo)
    assert system[0] == first
    assert own[0][1:4] == ["-m", "playwright", "install"]


@pytest.mark.parametrize(("root", "has_apt"), [(False, True), (True, False), (False, False)])
def test_playwright_s_own_where_the_system_s_cannot_be_had(root, has_apt):
    [[command]] = chromium.install_commands(root, has_apt, sudo=False)
    assert command[1:4] == ["-m", "playwright", "install"]
    assert ("--with-deps" in command) == root
