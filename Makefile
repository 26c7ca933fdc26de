# What a person runs. Behind each stand plain commands, most of them of manage.py.

PORT ?= 8000
FACTS ?= $(SOURCE)/../domain/facts.yaml
PYTHON = .venv/bin/python
TEMPLATES = $(shell find templates -name '*.html' | sort)

# What a real installation is told, for the checks that look at one; nothing answers at these addresses.
PRODUCTION = DATABASE_URL=postgres://loket:x@127.0.0.1:9/loket REDIS_URL=redis://127.0.0.1:9/0 \
    ALLOWED_HOSTS=loket.voorbeeld.example SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH

.DEFAULT_GOAL := help
.PHONY: help run test lint fmt bench data requirements install-local install-test
.NOTPARALLEL:

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-14s%s\n", $$1, $$2}' Makefile

run: install-local  ## set up everything and run Loket here, until Ctrl-C; PORT=8010 for another port
	@LOKET_LOCAL=true exec $(PYTHON) manage.py serve --port '$(PORT)'

test: lint  ## all checks, then all tests
	LOKET_LOCAL=true $(PYTHON) -m pytest -n 3 --dist loadgroup

lint: install-test  ## all checks: style, templates, order of the rooms, migrations, production settings
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	@echo "djade --check and djlint --lint on templates/"
	@.venv/bin/djade --check --target-version 5.2 $(TEMPLATES)
	@.venv/bin/djlint --lint --quiet templates
	.venv/bin/lint-imports
	LOKET_LOCAL=true DJANGO_SETTINGS_MODULE=loket.settings_test $(PYTHON) manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, with the settings of a real installation"
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(compose-config)

fmt: install-test  ## put code and templates in their form
	.venv/bin/ruff check --fix
	.venv/bin/ruff format
	-@.venv/bin/djade --target-version 5.2 $(TEMPLATES)

bench: install-test  ## measure the budgets of speed, in servers of their own under var/bench
	env -u DATABASE_URL -u REDIS_URL LOKET_LOCAL=true LOKET_VAR_DIR=var/bench $(PYTHON) manage.py bench

data: install-local  ## compile data/ from open data files in the folder SOURCE, and the tables of 2013 from FACTS
	@test -n '$(SOURCE)' || { echo "Say where the files are: make data SOURCE=../shared/data"; exit 1; }
	LOKET_LOCAL=true $(PYTHON) manage.py build_reference '$(SOURCE)'
	@test -f '$(FACTS)' || { echo "No facts of 2013 at $(FACTS): data/baseline/ stays as it is"; exit 0; }; \
	LOKET_LOCAL=true $(PYTHON) manage.py build_baseline '$(FACTS)'

requirements: install-test  ## pin requirements/*.txt anew, with hashes; UPGRADE=--upgrade for newer versions
	$(call compile,test,--extra local --extra test)
	$(call compile,local,--extra local --constraint requirements/test.txt)
	$(call compile,production,--extra production --constraint requirements/test.txt)

compile = .venv/bin/uv pip compile --quiet $(UPGRADE) $(2) --output-file requirements/$(1).txt --universal \
    --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
    --custom-compile-command "make requirements" pyproject.toml

# Install requirements/NAME.txt when it is not what was installed last.
install-local install-test: install-%: .venv
	@now=$$(cksum requirements/$*.txt); \
	test "$$(cat .venv/$*.stamp 2>/dev/null)" = "$$now" && exit 0; \
	echo "Installing requirements/$*.txt (about half a minute) ..."; \
	$(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/$*.txt && \
	echo "$$now" > .venv/$*.stamp

# Checked at each run: Python itself may have gone or become another since.
.PHONY: .venv
.venv:
	@$(PYTHON) -c 'import pip' 2>/dev/null && exit 0; \
	for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "Making .venv with $$($$python --version) ..."; \
		exec $$python -m venv --clear .venv; \
	done; \
	echo "Loket needs Python 3.11 or newer; none was found as python3 or python3.11 to python3.14. Install it first."; \
	exit 1

# The schema does not know which services and volumes exist, docker-compose does. It wants the .env to be there.
define compose-config
if command -v docker-compose > /dev/null; then \
	echo "docker-compose config"; \
	folder=$$(mktemp -d) && cp docker-compose.yml $$folder && cp .env.example $$folder/.env && cd $$folder && \
	POSTGRES_PASSWORD=x SECRET_KEY=x docker-compose config --quiet; result=$$?; rm -r $$folder; exit $$result; \
elif test "$$CI" = true; then \
	echo "docker-compose is missing: with CI=true its check may not be left out. Install it."; exit 1; \
else \
	echo "SKIPPED docker-compose config: docker-compose is not installed"; \
fi
endef
