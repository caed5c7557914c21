.DEFAULT_GOAL := help
MILLSTREAM := .venv/bin/millstream
UNIT := tests/unit
E2E := tests/e2e/test_slice.py

.PHONY: help setup demo up down test lint types unit mutations e2e test-full wheels lock bench compose-env

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' Makefile

setup: ## environments and JARs, from package registries alone
	@scripts/setup.sh

demo: setup ## everything: engines, topics, tables, jobs, events, answers
	@$(MILLSTREAM) demo

up: setup ## start the embedded platform
	@$(MILLSTREAM) up

down: ## stop it; data and job state stay
	@$(MILLSTREAM) down

test: setup lint types ## what a newcomer runs: lint, types, unit tests, one end-to-end run
	@.venv/bin/python -m pytest $(UNIT) $(E2E)

lint: ## ruff, and the conventions of the dbt project
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@scripts/lint_dbt.sh

types: ## mypy, strict
	@.venv/bin/mypy

unit: ## unit tests
	@.venv/bin/python -m pytest $(UNIT)

mutations: ## 3,000 generated changes of jobs, judged by Flink's planner: state may never be kept against its label
	@PYTHONPATH=src:tests:tests/unit .venv/bin/python -m mutations --pairs 3100 --seed 1 --json .millstream/mutations.json --plans .millstream/mutation-plans

test-full: setup lint types ## everything, on real engines
	@.venv/bin/python -m pytest tests

compose-env: ## .env for docker-compose.yml, with generated passwords
	@python3 scripts/compose_env.py

wheels: ## every pinned file resolves from wheels on every supported platform
	@scripts/wheels.sh

lock: ## resolve requirements and JARs anew
	@scripts/lock.sh

bench: ## figures of this machine
	@echo "see bench/README.md"
