"""Binder gets what the lab needs, and nothing that contradicts it."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
BINDER = REPOSITORY / "binder"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def test_binders_python_is_one_that_the_lab_supports():
    runs = re.fullmatch(r"python-(\d+\.\d+)\s*", (BINDER / "runtime.txt").read_text(encoding="utf-8"))
    least = re.fullmatch(r">=(\d+\.\d+)", PROJECT["requires-python"])
    assert runs and least and version(runs[1]) >= version(least[1])


def test_binder_installs_the_labs_own_requirements():
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "-r ../requirements.txt" in lines
    assert "-e .[real]" in (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()


def test_the_build_fails_where_the_class_would():
    script = (BINDER / "postBuild").read_text(encoding="utf-8")
    assert script.startswith("#!/usr/bin/env bash\n") and "set -euo pipefail" in script
    assert all(name in script for name in ("labkit", "plotly", "networkx", "anywidget"))


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no executable bit")
def test_the_build_script_can_be_run():
    assert os.access(BINDER / "postBuild", os.X_OK)


@pytest.mark.skipif(sys.platform != "linux", reason="repo2docker runs on Linux")
def test_repo2docker_understands_the_folder():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(REPOSITORY)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    plan = done.stdout + done.stderr
    assert done.returncode == 0, plan[-2000:]
    runs = (BINDER / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert f"python={runs}" in plan
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in plan
    assert "RUN ./binder/postBuild" in plan


def test_the_badge_opens_the_first_lesson():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    opened = re.search(r"mybinder\.org/v2/gh/OWNER/REPO/HEAD\?urlpath=lab/tree/(\S+?)\)", readme)
    assert opened and (REPOSITORY / opened[1]).exists()
    assert "replace OWNER/REPO" in readme
