# Every target works from a fresh clone: it makes the environment first when that is missing or old.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
# The first that really runs and is of a suitable version; PYTHON=/path/to/python overrides.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
  $$name -c '$(SUITABLE)' 2>/dev/null && command -v $$name && break; done)

.PHONY: default setup demo up down backfill backup restore test test-browser test-compose test-faults check compose-check \
  fuzz bench bench-overhead bench-board scale test-scale scale-above scale-airflow scale-history board-pictures lock licences sbom wheelhouse
default: check test

setup: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" && "$(PYTHON)" -c '$(SUITABLE)' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed and was not found. Set PYTHON=/path/to/python."; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements.txt -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup
	$(BIN)/townreturn demo

up: setup
	$(BIN)/townreturn up

down: setup
	$(BIN)/townreturn down

# make backfill FROM=2018-04 TO=2018-06 [SAMPLES=1] [APPROVE=1]
backfill: setup
	@test -n "$(FROM)" && test -n "$(TO)" || { echo "make backfill FROM=2018-04 TO=2018-06 [SAMPLES=1] [APPROVE=1]"; exit 2; }
	$(BIN)/townreturn backfill --from "$(FROM)" --to "$(TO)" $(if $(SAMPLES),--samples) $(if $(APPROVE),--approve)

# make backup TO=/backups/2018-04-02.tar – everything in one file, while intake goes on
backup: setup
	@test -n "$(TO)" || { echo "make backup TO=/backups/2018-04-02.tar"; exit 2; }
	$(BIN)/townreturn backup "$(TO)"

# make restore FROM=/backups/2018-04-02.tar – into an empty place only
restore: setup
	@test -n "$(FROM)" || { echo "make restore FROM=/backups/2018-04-02.tar"; exit 2; }
	$(BIN)/townreturn restore "$(FROM)"

# Two at a time, neighbours by the same one, so that what they share is made once; those that start an Airflow after
# them, a module at a time each, for they wait more than they work. How long pages take is left to test-browser.
test: setup
	$(BIN)/python -m pytest -q -n $(or $(WORKERS),2) --dist worksteal -m "not e2e and not timing and not compose and not faults"
	$(BIN)/python -m pytest -q -n $(or $(WORKERS),2) --dist loadfile -m e2e

# The board in Chromium, alone and in a running Airflow.
test-browser: setup
	$(BIN)/python -m pytest -q tests/browser tests/e2e/test_board_on_airflow.py tests/e2e/test_board_story.py

# The containers, really brought up: a month on two workers, one of them killed, then the other profile (twenty
# minutes). Needs Docker with Compose v2; skipped, with the reason, where there is none.
test-compose: setup
	$(BIN)/python -m pytest -q -s -rs -m compose tests/compose_live

# docker-compose.yaml as Compose itself reads it; skipped, with the reason, where there is none.
compose-check: setup
	$(BIN)/python -m pytest -q -rs tests/compose

# What the office stands on is killed, cut, filled up and restarted, on real processes; docs/faults.md counts it. The
# small full disk is a mount, so that without root those tests are skipped.
test-faults: setup
	$(BIN)/python -m pytest -q -m faults tests/faults

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	MYPYPATH=include:plugins:dags $(BIN)/mypy $(wildcard dags/*.py)
	$(BIN)/lint-imports

# 20 000 mutated workbooks through the check (about a quarter of an hour); `make test` runs a few hundred.
fuzz: setup
	FUZZ_INPUTS=$(or $(INPUTS),20000) $(BIN)/python -m pytest -q -s tests/fuzz

bench: setup
	$(BIN)/python -m bench

# A year through a real scheduler, by our DAGs and by the obvious design (about a quarter of an hour).
bench-overhead: setup
	$(BIN)/python -m bench.overhead

bench-board: setup
	PYTHONPATH=tests:tests/browser $(BIN)/python -m bench.board

# A month of a city's, a province's or the nation's towns through the pipeline; TOWNS=400 for a size between,
# DATABASE=sqlite or the URL of a PostgreSQL of this machine for another database than one of its own.
scale: setup
	LEVEL="$(LEVEL)" TOWNS="$(TOWNS)" DATABASE="$(DATABASE)" $(BIN)/python -m bench.scale

# Time and memory of a month in the number of towns, asserted (some minutes).
test-scale: setup
	$(BIN)/python -m pytest -q -m timing tests/scale

# A month of one office above: TOWNS=1585 report to it, else 33; DATABASE= as above.
scale-above: setup
	TOWNS="$(TOWNS)" DATABASE="$(DATABASE)" PYTHONPATH=tests $(BIN)/python -m bench.above

# A city's month through a real Airflow, about ten minutes; RUSH=1 while another town makes up five years.
scale-airflow: setup
	TOWNS="$(TOWNS)" RUSH="$(RUSH)" PYTHONPATH=tests $(BIN)/python -m bench.city_month

# Five years of a province (TOWNS=1585 PERIODS=60), loaded, read and compiled.
scale-history: setup
	TOWNS="$(TOWNS)" PERIODS="$(PERIODS)" $(BIN)/python -m bench.history

board-pictures: setup
	PYTHONPATH=tests $(BIN)/python tests/browser/pictures.py

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header
lock: setup
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --extra dev --extra objects -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(LOCK) --extra compose --extra objects -c requirements.txt pyproject.toml -o requirements-compose.txt

# docs/licences.md, by what packages say of themselves; those of the image are unpacked aside for that.
licences: setup
	$(BIN)/uv pip install --quiet --no-deps --require-hashes --target build/compose -r requirements-compose.txt
	PYTHONPATH=build/compose $(BIN)/python -m supply.licences

# What an office installs, as CycloneDX 1.6; the same bytes for the same locks.
sbom: setup
	@mkdir -p build
	$(BIN)/python -m supply.sbom > build/sbom.json
	@echo build/sbom.json

# Every package of the locks as a file, for a machine without a network; see docs/updating.md.
wheelhouse: setup
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --dest build/wheelhouse \
	  -r requirements.txt -r requirements-dev.txt
	@echo build/wheelhouse
