# Two commands do everything: make lab, make test.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
ROOT := $(if $(filter 0,$(shell id -u 2>/dev/null)),--allow-root)  # containers often have no other user
SITE_PYTHON := $(subst .venv,.site-cache/env,$(BIN))/python
NOTEBOOKS := $(wildcard notebooks/*.ipynb labs/*.ipynb)
LESSONS := $(wildcard notebooks/[0-9]*.ipynb labs/*.ipynb)  # the glossary has no cell to run

CLAIMS := -m pytest tests --ignore=tests/browser -n auto -p no:nbval
LEAST := 96  # per cent of labkit's lines and branches that the claims run; it only rises
# What runs in processes of its own is not measured; the claims about real systems drive it.
ROOM := labs/labkit/deploy
ELSEWHERE := $(ROOM)/agent_line.py,$(ROOM)/agent_process.py,$(ROOM)/at_work.py,$(ROOM)/cabled.py,$(ROOM)/cables.py,$(ROOM)/exchange.py,$(ROOM)/nursery.py
ELSEWHERE := $(ELSEWHERE),$(ROOM)/switchboard.py,$(ROOM)/classroom/seat_process.py,$(ROOM)/classroom/seats.py
ELSEWHERE := $(ELSEWHERE),$(ROOM)/store/store_clients.py
COVER := -m slipcover --branch --source labs/labkit --omit $(ELSEWHERE) --json --out
# Claims that check answers: a check sees to it that no function of the lab changes, so here no probe is taken out again;
# slipcover can promise that in its own process only.
JUDGING := $(wildcard $(foreach name,checking consensus_steps handing_in hostile_answers recovery_steps topology_steps worksheet,\
	tests/test_$(name).py))
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
unexport PYTHONDONTWRITEBYTECODE  # else each of some hundred kernels and child processes would compile the lab again

.PHONY: lab test test-long coverage browser bench site serve test-site screenshot constraints clean
.DEFAULT_GOAL := lab

lab: .venv/lab-is-ready            ## open JupyterLab on the first lesson
	$(BIN)/python -m jupyterlab $(ROOT) --LabApp.default_url=/lab/tree/notebooks/00-start-here.ipynb

test: .venv/tests-are-ready        ## every check: style, types, stripped notebooks, claims, notebooks, browser
	$(BIN)/ruff check .
	$(BIN)/python tests/lint_js.py
	$(BIN)/mypy
	$(BIN)/nbstripout --verify --keep-id $(NOTEBOOKS)
	$(BIN)/python $(CLAIMS)
	$(BIN)/python -m pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=60 $(LESSONS) -n auto --dist loadscope
	$(BIN)/python -m pytest tests/browser -n 2 --dist loadfile -p no:nbval

test-long: coverage site           ## what takes too long for every run: coverage, and claims marked `long`, with many more seeds
	$(BIN)/python $(CLAIMS) -m long
	$(BIN)/python -m pytest tests/browser -n 2 --dist loadfile -p no:nbval -m long

coverage: .venv/tests-are-ready    ## the claims once more, with their coverage of lines and branches: 40 % slower
	$(BIN)/python $(COVER) .coverage.json $(CLAIMS) $(addprefix --ignore=,$(JUDGING))
	$(BIN)/python $(COVER) .coverage-judging.json --threshold 1000000000 -m pytest $(JUDGING) -m "long or not long" -k "not child and not odd"
	$(BIN)/python -m slipcover --merge .coverage.json .coverage-judging.json --out .coverage.json --skip-covered --fail-under $(LEAST)

browser: .venv/tests-are-ready     ## where no Chromium or Chrome is installed: get Playwright's
	$(BIN)/python tests/browser/get_browser.py

bench: .venv/bench-is-ready        ## ratios against rivals, measured side by side; BENCH="clicks memory" for some
	$(BIN)/python tests/bench/run.py $(BENCH)

site: .site-cache/is-ready         ## the lab as a static site in site/: needs no server, runs wholly in the browser
	$(SITE_PYTHON) web/build.py

test-site: site .venv/tests-are-ready ## every notebook of the site, in a browser; make test-long does that, too
	$(BIN)/python -m pytest tests/browser/test_site_page.py tests/browser/test_site_around_page.py -m "long or not long"

serve:                             ## serve site/ on this computer
	$(PYTHON) web/serve.py

screenshot: .venv/tests-are-ready  ## take the README's picture of the real widget again
	$(BIN)/python tests/browser/screenshot.py

constraints: .venv/lab-is-ready    ## renew constraints.txt: the newest versions that pyproject.toml allows, for all platforms
	$(INSTALL) uv
	UV_CUSTOM_COMPILE_COMMAND="make constraints" $(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade --no-annotate --quiet --output-file constraints.txt

clean:                             ## forget the environment
	$(PYTHON) -c "import shutil; shutil.rmtree('.venv', ignore_errors=True)"

.site-cache/is-ready: web/pins.toml web/fetch.py constraints.txt
	$(PYTHON) web/fetch.py
	$(PYTHON) -c "open('$@', 'w')"

# Each stamp says that what it names was installed from the files it depends on.
.venv/lab-is-ready: requirements.txt constraints.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'The lab needs Python 3.11 or newer; this is ' + sys.version.split()[0] + '. Install one and say: make PYTHON=python3.13 lab')"
	$(PYTHON) -m venv .venv
	$(INSTALL) -r requirements.txt
	$(BIN)/python -c "open('$@', 'w')"

.venv/tests-are-ready: .venv/lab-is-ready
	$(INSTALL) -e ".[test,sweeps]"
	$(BIN)/python -c "open('$@', 'w')"

.venv/bench-is-ready: .venv/tests-are-ready
	$(INSTALL) -e ".[test,sweeps,bench]"
	$(BIN)/python -c "open('$@', 'w')"
