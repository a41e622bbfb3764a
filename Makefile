# make demo   answers one question on the simulated venue; needs only Python 3.11, pip and make
# make test   everything that CI runs
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: demo run test quick lint sbom bench soak fuzz gallery requirements clean

demo: $(VENV)/.runs
	@HEDGEBOT_PRICES=simulated $(BIN)/hedgebot ask "/corr BTC ETH-PERP 30d" --chart demo.png

run: $(VENV)/.runs
	$(BIN)/hedgebot run

# Two workers and the processes of their tests want two cores at once, and a pace or a time limit is
# what a busy machine breaks first. So what failed beside others is tried once more, alone; both tries
# are printed, and what fails alone fails.
test: lint
	$(BIN)/pytest -n 2 || $(BIN)/pytest -n 0 --last-failed --last-failed-no-failures=none

quick: $(VENV)/.develops
	$(BIN)/pytest -n 2 -m "not slow"

lint: $(VENV)/.develops
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet -ll --recursive analytics bot handlers

# The bill of materials (CycloneDX) of what runs.
sbom: $(VENV)/.runs
	@$(BIN)/python .ci/sbom.py > sbom.json

bench: $(VENV)/.develops
	$(BIN)/python -m tests.benchmarks.answer
	$(BIN)/python -m tests.benchmarks.desk
	$(BIN)/python -m tests.benchmarks.load --flood
	$(BIN)/python -m tests.benchmarks.letters --letters 300 --pace free
	$(BIN)/python -m tests.benchmarks.calendar
	$(BIN)/python -m tests.benchmarks.alerts_due

# What nobody should type, into every command; the tests do a part of it.
fuzz: $(VENV)/.develops
	$(BIN)/python -m tests.soak.fuzz --commands 100000 --strings 10000 --seed 1

soak: $(VENV)/.develops
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak.digests --subscriptions 10000 --questions 200 --processes 2
	$(BIN)/python -m tests.soak.hours --minutes 120

# The pictures of docs/gallery.md; needs Chromium.
gallery: $(VENV)/.develops
	$(BIN)/python -m tests.gallery

# A bare machine may have an old venv module: the interpreter is checked before anything is built.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hedgebot needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: $(VENV)/bin/python requirements.txt requirements-build.txt pyproject.toml
	$(INSTALL) -r requirements-build.txt -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.develops: $(VENV)/.runs requirements-dev.txt
	$(INSTALL) -r requirements-dev.txt
	@touch $@

# Pins with hashes from pyproject.toml; needs uv. No index is named in the result.
COMPILE := uv pip compile --quiet --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	--generate-hashes --python-version 3.11 pyproject.toml
requirements:
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --group dev --output-file requirements-dev.txt
	uv pip compile --quiet --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--generate-hashes --python-version 3.11 --group build --constraint requirements-dev.txt --output-file requirements-build.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
