# Doors of the house. Every path is relative and every tool is called as a module: the checkout may lie under spaces,
# diacritics, or in a path so long that the "#!" lines of a virtual environment break.
PORT ?= $(or $(DASHBOARD_PORT),8050)
ROWS ?=
UPDATES ?= 17280
# Minutes of random kills and cuts behind it.
FAULTS ?= 30
SECONDS ?= 600
# Tests at a time, a file each: more would fight over two cores, and a killed process would be late in coming back.
WORKERS ?= 2
ARGS ?=
PY := .venv/bin/python
# Where it is set, each of six processes would compile a thousand modules anew at every start: three seconds each. What is compiled goes into .venv
# and the checkout, which are ours.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-full check format relay-helper bench soak fuzz lock run-environment dev-environment

run: run-environment  ## the whole system on this machine, with demo accounts: make run [PORT=8050]
	@exec $(PY) app.py --demo --port '$(PORT)'

test: check  ## everything CI runs; what check has looked at (tests/test_house.py) is not looked at again
	@sh .ci/chromium
	@sh .ci/compiler
	$(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m 'not full' --ignore tests/test_house.py $(ARGS)

test-full: check  ## the same, and whole systems killed and watched for minutes
	@sh .ci/chromium
	@sh .ci/compiler
	$(PY) -m pytest $(ARGS)

check: dev-environment  ## form, types, layers, dependencies, sizes
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy dashboard tests app.py
	$(PY) -c 'from importlinter.cli import lint_imports_command as check; check()'
	$(PY) -m deptry .
	$(PY) -m pytest -q tests/test_house.py

format: dev-environment
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

relay-helper: run-environment  ## builds the camera relays' inner loop in C, which they use from their next start on: a quarter less CPU a viewer
	@sh .ci/compiler
	$(PY) -m dashboard relay-helper

bench: dev-environment  ## make bench [ROWS=startup,api] [ARCHIVE=1000000]; writes var/bench.jsonl
	@sh .ci/compiler
	ARCHIVE=$(ARCHIVE) $(PY) -m tests.bench --rows '$(ROWS)'

soak: dev-environment  ## the wall through a day of updates and a thousand scene changes, cameras coming and going, played fast: half an hour; then half an hour of kills and cuts
	@sh .ci/chromium
	$(PY) -m tests.soak --updates '$(UPDATES)' --faults '$(FAULTS)'

fuzz: dev-environment  ## make fuzz [SECONDS=600]: looks for bytes that a parser fails on; what it finds stands in var/fuzz/
	$(PY) -m tests.fuzz --seconds '$(SECONDS)'

run-environment:
	@sh .ci/environment requirements.lock

dev-environment:
	@sh .ci/environment requirements-dev.lock

lock:  ## rewrite both locks from pyproject.toml
	@python3 -m venv var/lock && var/lock/bin/python -m pip install -q uv
	var/lock/bin/python -m uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	var/lock/bin/python -m uv pip compile pyproject.toml -q --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.lock
