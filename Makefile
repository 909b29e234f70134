# make run [PORT=8000]   everything that the site needs, then the site, until Ctrl-C
# make test              the suite of every day
# make browser           the tests in Chromium: each flow, and every page as everybody sees it
# make check             format, lint, types, templates and missing migrations
# make messages          the catalogues: what is said now, and compiled (needs Debian's gettext)
#
# Each makes .venv first, with any Python from 3.11 on: make PYTHON=/path/to/python3 run

PORT ?= 8000
PYTHON ?= python3
VENV := .venv/bin/python

IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
HAS_VENV := import ensurepip, venv
IS_USABLE := import pip, sys; sys.exit(sys.version_info < (3, 11))

.PHONY: run test browser check messages venv pins pins-dev

run: pins
	@$(VENV) manage.py up --port $(PORT)

test: pins-dev
	@$(VENV) -m pytest --ignore tests/browser

browser: pins-dev
	@$(VENV) -m pytest tests/browser

check: pins-dev
	$(VENV) -m ruff format --check .
	$(VENV) -m ruff check .
	$(VENV) -m mypy .
	$(VENV) -m djlint templates --check
	$(VENV) -m djlint templates --lint --quiet
	$(VENV) manage.py makemigrations --check --dry-run

messages: pins
	@$(VENV) manage.py makemessages --locale zh_Hant --no-wrap --no-obsolete --add-location=file \
	  --extension html,txt,py $(addprefix --ignore ,.venv var tests benchmarks docs)
	@$(VENV) manage.py compilemessages --locale zh_Hant --ignore .venv

# What is installed is written down as a copy of the pins, after the last of them: an unchanged
# file installs nothing, and an interrupted install is finished by the next call.
pins: venv
	@cmp -s requirements.txt .venv/pins.txt || { \
	  echo "Installing the packages of requirements.txt ..."; \
	  rm -f .venv/pins.txt .venv/pins-dev.txt; \
	  $(VENV) -m pip install --quiet --disable-pip-version-check \
	    --require-hashes -r requirements.txt && \
	  cp requirements.txt .venv/pins.txt; }

# These hold all of the above as well, so both are written down.
pins-dev: venv
	@cmp -s requirements-dev.txt .venv/pins-dev.txt || { \
	  echo "Installing the packages of requirements-dev.txt ..."; \
	  rm -f .venv/pins.txt .venv/pins-dev.txt; \
	  $(VENV) -m pip install --quiet --disable-pip-version-check \
	    --require-hashes -r requirements-dev.txt && \
	  cp requirements.txt .venv/pins.txt && cp requirements-dev.txt .venv/pins-dev.txt; }

venv:
	@$(VENV) -c '$(IS_USABLE)' 2>/dev/null || { \
	  "$(PYTHON)" -c '$(IS_NEW_ENOUGH)' 2>/dev/null || { \
	    echo "Makegood needs Python 3.11 or later, which $(PYTHON) is not: install it, or name it with \`make PYTHON=/path/to/python3 $(MAKECMDGOALS)\`." >&2; exit 1; }; \
	  "$(PYTHON)" -c '$(HAS_VENV)' 2>/dev/null || { \
	    echo "$(PYTHON) lacks its venv module: install it first (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }; \
	  echo "Making .venv ..."; \
	  "$(PYTHON)" -m venv --clear .venv; }
