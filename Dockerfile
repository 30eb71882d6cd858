# Hawthorne in a container: see README.md. It runs as an ordinary user and writes to /data only.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/hawthorne
COPY requirements.lock ./
RUN /opt/hawthorne/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY dashboard dashboard
COPY db db
RUN /opt/hawthorne/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps .

FROM python:3.11-slim-bookworm
# The user needs a name: initdb looks it up.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin hawthorne \
    && install -d -o hawthorne -g hawthorne -m 0700 /data
COPY --from=build /opt/hawthorne /opt/hawthorne
ENV PATH=/opt/hawthorne/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HAWTHORNE_DATA_DIR=/data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# For a container with the web part; others are run with --no-healthcheck.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ.get('HAWTHORNE_DASHBOARD__PORT', '8080') + '/healthz', timeout=4)"]
ENTRYPOINT ["hawthorne"]
CMD ["run"]
