# Two commands matter: `make demo` and `make test`. Both install what a fresh Debian 12 lacks.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
RUN_PACKAGES := python3 python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
TEST_PACKAGES := poppler-utils mupdf-tools chromium strace openjdk-17-jre-headless libjaxb-java
missing = $(shell for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done)

.PHONY: demo test bench shots soak walk serve migration lint clean system system-test

demo: $(VENV)/.run
	$(BIN)/deliberation demo $(ARGS)

walk: $(VENV)/.run
	$(BIN)/deliberation walk --out build/walk $(ARGS)

serve: $(VENV)/.run
	$(BIN)/deliberation serve $(ARGS)

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n 3
	$(BIN)/python -m pytest -n 3 --engine=postgres

# What takes longer than a test may: an hour or two. Every line asserts.
soak: $(VENV)/.test
	$(BIN)/python -m tests.soak.kill --engine sqlite --kills 1000 --ballots 10000
	$(BIN)/python -m tests.soak.kill --engine postgres --kills 1000 --ballots 10000
	$(BIN)/python -m tests.soak.inject
	$(BIN)/python -m tests.soak.closing --engine sqlite --rounds 200
	$(BIN)/python -m tests.soak.closing --engine postgres --rounds 200
	$(BIN)/python -m tests.soak.closing --engine postgres --servers 2 --rounds 200
	$(BIN)/python -m tests.soak.rush

# Speed as ratios of one run, as JSON lines; nothing is asserted.
bench: $(VENV)/.test
	@$(BIN)/python -m tests.bench

# The main pages as pictures in build/screenshots, to be looked at.
shots: $(VENV)/.test
	$(BIN)/python -m tests.browser.shots build/screenshots

lint: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# make migration NAME=what_changed: then read what it wrote.
migration: $(VENV)/.test
	$(BIN)/tortoise makemigrations --name $(NAME)
	sed -i 's/^from tortoise import migrations$$/from deliberation.database import migrating as migrations/' deliberation/migrations/*_$(NAME).py
	perl -0pi -e 's/        ops\.AlterModelOptions\(\n.*?\n        \),\n//gs' deliberation/migrations/*_$(NAME).py
	sed -i -E "s/, 'table_description': ('[^']*'|\"[^\"]*\")//" deliberation/migrations/*_$(NAME).py

clean:
	rm -rf build dist $(VENV)

system:
	@packages="$(call missing,$(RUN_PACKAGES))"; if [ -n "$$packages" ]; then \
	  echo "Installing system packages: $$packages"; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $$packages; fi

system-test: system
	@packages="$(call missing,$(TEST_PACKAGES))"; if [ -n "$$packages" ]; then \
	  echo "Installing system packages for the tests: $$packages"; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $$packages; fi

$(VENV)/.run: pyproject.toml requirements.lock | system
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -c requirements.lock -e .
	touch $@

$(VENV)/.test: pyproject.toml requirements.lock | system-test
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -c requirements.lock -e '.[test]'
	touch $@
