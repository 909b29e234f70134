FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY manage.py pyproject.toml ./
COPY config config
COPY accounts accounts
COPY leads leads
COPY refunds refunds
COPY templates templates
COPY static static

RUN useradd --create-home --uid 1000 makegood \
    && install -d -o makegood -g makegood /var/lib/makegood
ENV VAR_DIR=/var/lib/makegood DEBUG=off

# Collecting files needs settings, not secrets: these values end with this line.
RUN SECRET_KEY=build ALLOWED_HOSTS=build EMAIL_URL=consolemail:// BASE_URL=https://build REDIS_URL=redis://build VAR_DIR=/tmp/build \
    python manage.py collectstatic --noinput

USER makegood
VOLUME /var/lib/makegood
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=8", "--no-control-socket"]
