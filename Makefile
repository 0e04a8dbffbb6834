# Each target is one command for a fresh machine; `make help` lists them.
# Options go through ARGS:   make demo ARGS="--port 9000 --no-browser"
# Another interpreter:       make clean demo PYTHON=/opt/python3.13/bin/python3

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test torture lint bench screenshots lock clean
export PYTHON

help: ## List the commands
	@sed -n 's/^\([a-z][a-z]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name meaning; do \
		printf '  make %-12s %s\n' "$$name" "$$meaning"; done

demo: .venv/run.stamp ## Start a kiosk with demo records and an emulated printer
	@exec .venv/bin/kiosk demo $(ARGS)

test: .venv/test.stamp ## Run all tests; installs Chromium for the browser tests when it may
	@exec .venv/bin/python tests/run.py $(ARGS)

CYCLES ?= 1000
SEED ?= 1
torture: .venv/test.stamp ## Kill kiosks and cut powers CYCLES times by SEED, and read the paper
	@exec .venv/bin/python -m tests.torture --cycles $(CYCLES) --seed $(SEED) $(ARGS)

lint: .venv/dev.stamp ## Check style, types and the direction of imports
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy --strict kiosk
	.venv/bin/lint-imports

bench: .venv/test.stamp ## Measure against peers and limits in the same run; table and JSON
	@exec .venv/bin/python -m bench $(ARGS)

screenshots: .venv/test.stamp ## Take a picture of every screen, into out/screens/
	@exec .venv/bin/python tests/e2e/screenshots.py $(ARGS)

lock: ## Work the pinned requirements out anew (ARGS=--upgrade for newer versions)
	@requirements/lock $(ARGS)

clean: ## Remove the virtual environment, caches and test output; records of a demo stay
	rm -rf .venv build dist out htmlcov .coverage *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp makes the second run instant: it is renewed when the lock or the project's own
# metadata changes.
.venv/%.stamp: requirements/%.lock requirements/install pyproject.toml
	@requirements/install $*
	@touch $@
