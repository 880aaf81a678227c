# Every word of this project. `make run` and `make test` need nothing but Python 3.11 and make.

PY := .venv/bin/python
UV := .venv/bin/uv

.PHONY: .venv lock

.venv: .venv/stamp

.venv/stamp: requirements-dev.lock scripts/make_venv.py
	@python=$$(scripts/find-python) && "$$python" scripts/make_venv.py

# Writes the lock files anew from pyproject.toml.
lock: .venv
	scripts/lock
