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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, TimeoutError as TooLate

REPOSITORY = Path(__file__).resolve().parents[2]
TOKEN = "day13-tests"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         # A page whose answer a test has changed counts as one of the Internet, and may not ask this computer.
         "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets"]
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
             f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}", "--ServerApp.open_browser=False",
             "--LabApp.expose_app_in_browser=True"],
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

    place = f"doc/tree/%s?reset&token={TOKEN}"
    patience = 60_000  # milliseconds, for all cells together

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page, self.name = page, name
        self.errors: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{address}/{self.place % name}")
        self.wait_until_ready()
        self._watch_messages()

    def wait_until_ready(self) -> None:
        """Wait until its cells are there and its kernel listens."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=90_000)

    def replace(self, *cells: str) -> None:
        """Put these cells in the place of all that the notebook holds; its kernel goes on."""
        self.page.evaluate(_NOTEBOOK % _REPLACE, list(cells))
        self.page.wait_for_function("() => !document.querySelector('.jp-OutputArea-output')")
        self.errors.clear()

    def go_to(self, path: str) -> None:
        """Open another notebook in this page, with a kernel of its own; the one before ends with its kernel."""
        self.name = path
        self.page.evaluate(_NOTEBOOK % _GO_TO, path)
        try:
            self.wait_until_ready()
        except TooLate:  # on a busy machine a kernel may fail to start: once more
            self.page.evaluate(_NOTEBOOK % _GO_TO, path)
            self.wait_until_ready()
        self._watch_messages()
        self.errors.clear()

    def run_all(self) -> None:
        """Run All Cells, as the menu does, and wait until each has run."""
        self.page.evaluate(_NOTEBOOK % _RUN_ALL)
        self.page.wait_for_function("() => window.day13Ran", timeout=self.patience)
        self.page.wait_for_function(_PROMPTS % "every(p => /\\d/.test(p))", timeout=10_000)

    def run_more(self, code: str) -> str:
        """Run code in a new cell at the end, once the kernel has done what widgets told it; give what it printed."""
        printed = self.page.evaluate(_NOTEBOOK % _RUN_MORE, code)
        assert isinstance(printed, str), f"the kernel did not run {code!r}: {printed}"
        return printed.strip()

    def settled(self, code: str) -> str:
        """What the code prints as soon as it prints the same three times: clicks on their way have arrived then."""
        printed = [self.run_more(code)]
        deadline = time.monotonic() + 40
        while len(printed) < 3 or len({*printed[-3:]}) > 1:
            assert time.monotonic() < deadline, f"{code!r} prints something else each time: {printed[-3:]}"
            self.page.wait_for_timeout(150)
            printed.append(self.run_more(code))
        return printed[-1]

    def stage(self, number: int = 0) -> Locator:
        """The number-th stage of the notebook, drawn."""
        stage = self.page.locator(".day13-stage:has(.js-plotly-plot)").nth(number)
        stage.locator(".js-plotly-plot :is(.scatterlayer, .barlayer) .point").first.wait_for(timeout=60_000)
        return stage

    def _watch_messages(self) -> None:
        """From now on the page knows which messages of widgets the kernel has not done with."""
        self.page.evaluate(_NOTEBOOK % _WATCH_MESSAGES)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in _NOT_OURS):
            self.errors.append(message.text)


class Open(Protocol):
    """Open a lesson by its path, or cells as a notebook."""

    def __call__(self, *cells: str, path: str = "", run: bool = True, fresh: bool = False) -> Notebook: ...


def eventually(wanted: Callable[[], bool], what: str, page: Page) -> None:
    """Wait until that is so; the page goes on meanwhile."""
    deadline = time.monotonic() + 10
    while not wanted():
        assert time.monotonic() < deadline, f"not within ten seconds: {what}"
        page.wait_for_timeout(50)


# JavaScript in a page of JupyterLab, with the notebook that is open as `panel`.
_NOTEBOOK = """async given => {
    const app = window.jupyterapp;
    const panel = [...app.shell.widgets("main")].find(widget => widget.content?.model?.sharedModel?.cells);
    const model = panel.content.model.sharedModel;
    %s
}"""
_REPLACE = """window.day13Waiting?.clear();
    model.transact(() => {
        model.deleteCellRange(0, model.cells.length);
        model.insertCells(0, given.map(source => ({cell_type: "code", source, metadata: {}})));
    });"""
_GO_TO = """await panel.sessionContext.shutdown();
    panel.dispose();
    const opened = await app.commands.execute("docmanager:open", {path: given});
    await opened.context.ready;
    await opened.sessionContext.ready;"""
_RUN_ALL = """window.day13Ran = false;
    app.commands.execute("notebook:run-all-cells").finally(() => { window.day13Ran = true; });"""
_WATCH_MESSAGES = """const waiting = window.day13Waiting = new Set();
    panel.sessionContext.session.kernel.anyMessage.connect((_kernel, {msg, direction}) => {
        if (direction === "send" && msg.header.msg_type === "comm_msg") waiting.add(msg.header.msg_id);
        else if (msg.content.execution_state === "idle") waiting.delete(msg.parent_header.msg_id);
        else if (msg.content.execution_state === "starting") waiting.clear();
    });"""
# Widgets have a thread of the kernel to themselves, and hold a choice back until it is done with the one before.
_RUN_MORE = """const end = Date.now() + 5_000;
    for (let quiet = 0; quiet < 3 && Date.now() < end; quiet = window.day13Waiting?.size ? 0 : quiet + 1) {
        await new Promise(done => setTimeout(done, 15));
    }
    model.insertCells(model.cells.length, [{cell_type: "code", source: given, metadata: {}}]);
    panel.content.activeCellIndex = model.cells.length - 1;
    await app.commands.execute("notebook:run-cell");
    const outputs = panel.content.widgets[model.cells.length - 1].model.outputs.toJSON();
    const text = outputs.filter(output => output.name === "stdout").map(output => output.text).flat().join("");
    const wrong = outputs.find(output => output.output_type === "error");
    model.deleteCell(model.cells.length - 1);
    return wrong ? {name: wrong.ename, value: wrong.evalue} : text;"""
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
