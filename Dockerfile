# One image for web, worker, beat and migrate. Nothing in it is built: every package is a wheel.
FROM python:3.13-slim AS packages
RUN python -m venv /opt/venv
COPY requirements.lock .
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/venv/bin/pip install --no-deps --require-hashes --only-binary=:all: -r requirements.lock

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    AIMITSU_STATIC_ROOT=/srv/static AIMITSU_DATA_DIR=/srv/data
RUN useradd --system --uid 10001 --no-create-home aimitsu \
    && install --directory --owner aimitsu /srv/data /srv/static
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/app
COPY . .
# The settings need addresses to load; collecting static files uses none of them.
RUN AIMITSU_SECRET_KEY=none AIMITSU_SEALING_KEYS=none AIMITSU_BASE_URL=https://none.invalid AIMITSU_EMAIL_URL=console: \
    DATABASE_URL=postgresql://none@none/none REDIS_URL=redis://none \
    python manage.py collectstatic --no-input --ignore django_htmx
USER aimitsu
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--respawn-failed-workers", "--no-ws", "aimitsu.wsgi:application"]
