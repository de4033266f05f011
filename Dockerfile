# One image for the web server, the worker, the scheduler and the migrations.
FROM python:3.13-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/base.txt
COPY . .
# Static files and message catalogues are made here; no setting of the installation has a part in them.
RUN set -a && . ./.env.example \
    && pybabel compile --directory atomicpay/locale --domain django \
    && SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0

FROM python:3.13-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=atomicpay.settings.production
RUN useradd --system --uid 10001 --no-create-home atomicpay \
    && install --directory --owner atomicpay --mode 700 /var/lib/atomicpay/exports /var/lib/atomicpay/uploads
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001
EXPOSE 8000
CMD ["gunicorn", "--config=python:atomicpay.gunicorn", "--bind=0.0.0.0:8000", "--worker-tmp-dir=/dev/shm", "atomicpay.wsgi"]
