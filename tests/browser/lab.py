"""A real JupyterLab in a real browser: start it, open a notebook, run it, look at what a learner would see."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, TimeoutError as PlaywrightTimeout

REPOSITORY = Path(__file__).resolve().parents[2]
TOKEN = "day13-tests"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
          r"C:\Program Files\Google\Chrome\Application\chrome.exe",
          r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe")
NO_BROWSER = ("No browser for the browser tests: install Chromium or Chrome, or run "
              "'.venv/bin/python -m playwright install chromium'.")


def open_browser(playwright: Playwright) -> Browser | None:
    """An installed Chromium or Chrome, else Playwright's own, else None."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    found = found or next((path for path in PLACES if Path(path).exists()), None)
    try:
        return playwright.chromium.launch(executable_path=found, args=FLAGS)
    except Exception:  # Playwright raises its own kinds for "not installed" and "does not start"
        return None


@contextmanager
def jupyterlab(folder: Path, python: str = sys.executable) -> Iterator[str]:
    """A JupyterLab server on that folder; gives its address. Settings and workspaces are its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = folder / ".jupyter-home"
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "IPYTHONDIR": str(home / "ipython"),
    }
    quiet = home / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True, exist_ok=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [python, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root",
             f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}", "--ServerApp.open_browser=False"],
            stdout=log, stderr=log, env=environment, start_new_session=os.name == "posix",
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={TOKEN}", folder / "server.log")
        yield address
    finally:
        if os.name == "posix":
            os.killpg(server.pid, signal.SIGTERM)
        else:
            server.terminate()
        server.wait(20)


class Notebook:
    """One notebook open on a page, with what its console complained about."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{address}/doc/tree/{name}?reset&token={TOKEN}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=90_000)

    def run_all(self) -> None:
        """Run All Cells, and wait until none is waiting or running; a click that comes too early is made again."""
        for _attempt in range(5):
            self.page.get_by_role("menuitem", name="Run", exact=True).click()
            self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            try:
                self.page.wait_for_function(_PROMPTS % "some(p => /\\S/.test(p))", timeout=5_000)
                break
            except PlaywrightTimeout:
                continue
        self.page.wait_for_function(_PROMPTS % "every(p => /\\d/.test(p))", timeout=20_000)

    def run_more(self, code: str) -> str:
        """Type code into a new cell at the end, run it, and give what it printed."""
        outputs = self.page.locator(".jp-Notebook .jp-CodeCell").last.locator(".jp-OutputArea-output pre")
        self.page.locator(".jp-Notebook .jp-CodeCell .cm-content").last.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Control+Enter")
        outputs.wait_for()
        return outputs.inner_text()

    def stage(self, number: int = 0) -> Locator:
        """The number-th stage of the notebook, drawn."""
        stage = self.page.locator(".day13-stage:has(.js-plotly-plot)").nth(number)
        stage.locator(".js-plotly-plot .scatterlayer .point").first.wait_for(timeout=60_000)
        return stage

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in _NOT_OURS):
            self.errors.append(message.text)


_PROMPTS = """() => [...document.querySelectorAll('.jp-CodeCell:has(.cm-line) .jp-InputPrompt')]
    .map(prompt => prompt.textContent.replace(/[\\[\\]:]/g, '')).%s"""

# JupyterLab's own grumbling in a fresh profile without a network.
_NOT_OURS = ("Failed to load resource", "ERR_", "favicon", "Could not determine jupyter lab build status",
             "service worker", "ServiceWorker", "announcements", "Failed to fetch")


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook with these code cells."""
    book = {
        "cells": [
            {"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "execution_count": None, "outputs": [],
             "source": text}
            for i, text in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4, "nbformat_minor": 5,
    }
    path.write_text(json.dumps(book), encoding="utf-8")


def _wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text()[-2000:]}")
