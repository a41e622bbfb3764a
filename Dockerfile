# Built in two stages: compilers and pip stay behind, the image holds Python, the environment and us.
FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/hedgebot
WORKDIR /source

# Pins first: they change less often than the code, and every wheel is checked against its hash.
COPY requirements.txt requirements-build.txt ./
RUN /opt/hedgebot/bin/pip install --require-hashes -r requirements-build.txt -r requirements.txt

COPY pyproject.toml README.md LICENSE ./
COPY analytics ./analytics
COPY handlers ./handlers
COPY bot ./bot
RUN /opt/hedgebot/bin/pip install --no-deps --no-build-isolation . \
    && /opt/hedgebot/bin/python -m compileall -q -j 2 /opt/hedgebot/lib

FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 hedgebot \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin hedgebot \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/hedgebot /opt/hedgebot

# Works with a read-only root: it writes to /data (the database) and /tmp (matplotlib's cache).
ENV PATH=/opt/hedgebot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    MPLCONFIGDIR=/tmp/matplotlib \
    HEDGEBOT_DATABASE_URL=sqlite:////data/hedgebot.sqlite \
    HEDGEBOT_LISTEN=0.0.0.0:8080 \
    HEDGEBOT_LOG_FORMAT=json
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4).close()"]

ENTRYPOINT ["hedgebot"]
CMD ["run"]
