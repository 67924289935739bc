# Hanmaru. The two commands to begin with: `make demo`, and `make test`.
PYTHON ?= python3
PROCESSES ?= auto
py := .venv/bin/python
benchmarks := $(filter-out __init__ addresses company report system,$(basename $(notdir $(wildcard benchmarks/*.py))))
benchmarks += $(notdir $(patsubst %/__main__.py,%,$(wildcard benchmarks/*/__main__.py)))
# Compiled modules are kept, whatever the shell says: they halve the time of a start.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-long check bench docs clean

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup:  ## what a running system needs, into .venv and node_modules
	@$(PYTHON) tools/set_up.py run

setup-dev:  ## and what checks and tests need
	@$(PYTHON) tools/set_up.py dev

demo: setup  ## start the whole system with a made-up workshop's data
	@exec .venv/bin/hanmaru demo

test: setup-dev  ## all tests but the long ones
	@$(PYTHON) tools/set_up.py programs
	@$(py) -m tools.run_tests $(PROCESSES) -m "not long"

test-long: setup-dev  ## all tests
	@$(PYTHON) tools/set_up.py programs
	@$(py) -m tools.run_tests $(PROCESSES)

check: setup-dev  ## style, types, import rules, translations, migrations, documentation
	@$(py) -m tools.check

bench: setup-dev  ## all benchmarks at a tenth of their size; SCALE=1 for the whole
	@for name in $(benchmarks); do $(py) -m benchmarks.$$name --scale $(or $(SCALE),0.1) || exit 1; done

docs: setup-dev  ## the reference pages from the code, then the site
	@$(py) -m tools.docs update
	@$(py) -m mkdocs build --quiet --strict

clean:  ## remove what was set up and generated, not the data in .hanmaru
	rm -rf .venv .tools node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache site .hanmaru/test
