"""A running app, a real Chromium, and pages that complain of every error and every request to elsewhere."""

import os
import re
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import greenlet
import pytest
from playwright.sync_api import sync_playwright

from tests import chromium
from tests.browser import pages
from tests.browser.pages import HOST
from tests.conftest import stderr

ROOT = Path(__file__).parents[2]
START_SECONDS = 180  # on a busy machine, with nothing compiled yet
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # Chromium's own sandbox does not start as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {HOST}",  # what asks for elsewhere fails at once
]

server_log = pytest.StashKey[Path]()


def address_told(process, log):
    """Where the app says that it is: it listens there from then on, at a port that nobody else can have taken."""
    deadline = time.monotonic() + START_SECONDS
    while not (told := re.search(r"Adamoscope is at (http://\S+:\d+)\n", log.read_text())):
        if process.poll() is not None:
            pytest.fail(f"app.py ended with {process.returncode}:\n{log.read_text()}", pytrace=False)
        if time.monotonic() > deadline:
            pytest.fail(f"app.py gave no address in {START_SECONDS} s:\n{log.read_text()}", pytrace=False)
        time.sleep(0.05)
    return told[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory, pytestconfig):
    """The address of `python app.py`, started for this session on a port that is free."""
    log = tmp_path_factory.mktemp("server") / "output.txt"
    pytestconfig.stash[server_log] = log
    environ = os.environ | {"HOST": HOST, "PORT": "0", "PYTHONUNBUFFERED": "1"}
    environ["ADAMOSCOPE_JOBS"] = str(log.parent / "jobs")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.serve"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield address_told(process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdin.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Show the end of the server's output with a failed test: a callback's traceback is there."""
    report = yield
    log = item.config.stash.get(server_log, None)
    if report.failed and log:
        report.sections.append(("app.py", log.read_text()[-8000:]))
    return report


@pytest.fixture(autouse=True)
def stack_of_a_hang(pytestconfig):
    """Write where a test hangs, shortly before its limit of time: Playwright keeps the test's stack in a greenlet."""
    test = greenlet.getcurrent()

    def write():
        if test.gr_frame:
            os.write(pytestconfig.stash[stderr], "".join(traceback.format_stack(test.gr_frame)).encode())

    timer = threading.Timer(0.9 * float(pytestconfig.getini("faulthandler_timeout")), write)
    timer.daemon = True
    timer.start()
    yield
    timer.cancel()


@pytest.fixture(scope="session")
def browser():
    """A Chromium without a window. Where there is none the tests fail: they are not for skipping."""
    executable = chromium.find()
    if executable is None:
        pytest.fail("no Chromium found: `python -m tests` gets one", pytrace=False)
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield instance
        instance.close()


@pytest.fixture(scope="module")
def window(browser, server):
    """One watched window of 1440 x 900 for the module, at rest: (page, complaints)."""
    complaints = []
    with pages.visitor(browser, complaints) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
        pages.open_page(page, server)
        yield page, complaints


@pytest.fixture
def page(window):
    """The module's window on a short run of Adam: learning rate 0.001, (a, b) = (1, 100)."""
    page, complaints = window
    pages.restore(page, "steps=2000")
    yield page
    assert complaints == []
