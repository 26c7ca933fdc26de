# The image of Loket: the same for web, worker, beat and migrate; docker-compose.yml says what each runs.

# --- compile what has no wheel (psycopg2, against the system's libpq) ------------------------------
FROM python:3.11-slim-bookworm AS build

RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev libpq-dev \
    && rm -rf /var/lib/apt/lists/*

RUN python -m venv /opt/venv
COPY requirements/production.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.txt

# --- what runs -----------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin loket

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=loket.settings \
    STATIC_ROOT=/srv/static

COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .

# Nothing here reaches a server: the settings want to know, and the values stay out of the image.
RUN SECRET_KEY=only-while-building DATABASE_URL=postgres://nowhere/loket REDIS_URL=redis://nowhere \
    python manage.py collectstatic --noinput \
    && python -m compileall -q /app

# A number, so that an engine told to refuse root can see that this is not root.
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-I", "/app/loket/probe.py"]
CMD ["gunicorn", "--config", "python:loket.gunicorn", "--bind", "0.0.0.0:8000", "loket.wsgi"]
