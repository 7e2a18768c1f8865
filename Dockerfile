FROM python:3.13-slim-bookworm

# Pango sets the letters; no wheel carries it.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --home-dir /srv/attendance attendance \
    && install --directory --owner attendance --mode 0700 /srv/state /srv/timer
WORKDIR /srv/attendance

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

COPY . .
ENV PYTHONUNBUFFERED=1 \
    STATE_DIR=/srv/state \
    STATIC_ROOT=/srv/static \
    STATIC_STORAGE=whitenoise.storage.CompressedManifestStaticFilesStorage
# The settings ask for these three; collecting files opens no connection and signs nothing.
RUN SECRET_KEY=unused DATABASE_URL=postgresql://unused/unused REDIS_URL=redis://unused \
    python manage.py collectstatic --noinput

USER attendance
EXPOSE 8000
CMD ["gunicorn", "--config", "python:attendance_mat.web_server", "attendance_mat.wsgi", \
     "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-"]
