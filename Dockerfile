# One image; the role (web, worker, beat, migrate) is the command. It holds the locked dependencies and the sources.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app ZUJIAN_DATA_DIR=/data

# pg_dump and pg_restore, for `zujian backup`.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.lock && pip check

COPY workflow workflow
COPY web web
COPY tasks tasks
COPY wsgi.py .
RUN python -m compileall -q . \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin zujian \
    && printf '#!/bin/sh\nexec python -m workflow.cli "$@"\n' > /usr/local/bin/zujian \
    && chmod 755 /usr/local/bin/zujian \
    && install -d -o zujian -g zujian -m 0700 /data

USER zujian
VOLUME /data
WORKDIR /data
EXPOSE 8000
