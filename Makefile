# What a newcomer types. `make run` and `make test` do their own set-up.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# The command `heard` for this checkout, without building a package.
HEARD = printf '\#!/bin/sh\nPYTHONPATH="%s" exec "%s" -m bot "$$@"\n' "$(CURDIR)" "$(CURDIR)/$(BIN)/python" > $(BIN)/heard && chmod +x $(BIN)/heard

.DEFAULT_GOAL := help
.PHONY: help run setup test check bench lock catalogs clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## the terminal room with sample complaints; no account needed
	@$(BIN)/python -m bot demo

setup: $(VENV)/run.stamp ## .venv with the command .venv/bin/heard, and nothing started

test: $(VENV)/dev.stamp parts ## the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: pictures
pictures: $(VENV)/dev.stamp parts ## the pictures of the guides and the README; needs Chromium, Lato and Noto Color Emoji
	$(BIN)/python -m tests.chats.slack.pictures
	$(BIN)/python -m tests.chats.discord.pictures

.PHONY: parts
parts: ## the Slack server that the tests talk to; without it, or without npm, its tests are skipped
	@.ci/parts || echo "No Slack server could be fetched: its tests are skipped."

check: $(VENV)/dev.stamp ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: quality
quality: $(VENV)/dev.stamp ## how good the checks of replies are: precision and recall per check and language
	$(BIN)/python -m tests.replies.quality

bench: $(VENV)/dev.stamp ## the measured aims, as ratios taken in one run
	$(BIN)/python -m tests.bench

lock: $(VENV)/dev.stamp ## write the lock files anew (versions and hashes, no addresses)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --extra dev pyproject.toml --output-file requirements-dev.lock

catalogs: $(VENV)/dev.stamp ## bring bot/core/catalogs/*.po up to date with the sentences of the code
	$(BIN)/python -m bot.catalogs

clean: ## remove what the other targets made
	rm -rf $(VENV) tests/.parts .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Heard needs Python 3.11 or newer: make run PYTHON=/path/to/it")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock | $(BIN)/python
	@echo "Setting up .venv (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(HEARD)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock | $(BIN)/python
	@echo "Setting up .venv for development (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(HEARD)
	@touch $@
