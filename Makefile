# Each target sets up what it needs. A plain Debian 12 with Python 3.11 and make is enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# A file of tests stays with one worker, and the files of a room come after one another, so that what
# they start is started once.
WORKERS ?= -n auto --dist loadfile --no-loadscope-reorder
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev

.PHONY: setup setup-dev demo test check format lint types imports quick bench replay town deaths \
	browser peers lock pictures clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml tools/setup.sh
	sh tools/setup.sh $(PYTHON) $(VENV)
	touch $@

setup-dev: $(READY_DEV)

$(READY_DEV): requirements-dev.lock $(READY)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	touch $@

demo: setup
	@$(BIN)/skrin demo $(ARGS)

# Simulated shops with bad luck; any number: make town ARGS="--seed 1 --towns 100".
town: setup
	@$(BIN)/skrin town --towns 20 --days 3 --verbose $(ARGS)

# Real programs killed under load; thousands: make deaths ARGS="--seed 5 --kills 3000". With --power, as
# root, the power is cut too.
deaths: setup
	@$(BIN)/skrin deaths --verbose $(ARGS)

replay: setup
	@$(BIN)/skrin replay $(ARGS)

bench: setup-dev
	@$(BIN)/skrin bench $(ARGS)

# Everything, browser and foreign peers included.
test: setup-dev browser peers format lint types imports
	sh tools/tests.sh $(BIN) $(WORKERS) $(ARGS)

# Under a minute: what is run before each commit.
check: setup-dev format lint types imports quick

format:
	$(BIN)/ruff format --check --quiet .

lint:
	$(BIN)/ruff check --quiet .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

# Where the environment forbids it to keep what was compiled, each worker would compile all anew.
quick:
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest $(WORKERS) -q -m "not slow and not browser and not office and not peer" $(ARGS)

# Debian's browser for the browser tests, by apt where we are root.
browser: setup-dev
	@sh tools/browser.sh

# Programs that we did not write, against which protocols are held; skipped where there is no npm.
peers:
	@sh tools/peers.sh

pictures: setup-dev browser
	$(BIN)/python tools/pictures.py

# The locks carry hashes and name no place.
lock:
	sh tools/lock.sh $(BIN)

clean:
	rm -rf $(VENV) .data .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
