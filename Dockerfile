# tangthu for the cluster form (docker-compose.yml); also runs alone with the embedded engine:
#   docker build -t tangthu . && docker run -p 127.0.0.1:8000:8000 -v tangthu:/data -v ./scanner_drop:/drop tangthu
# Debian 12 with its own Python 3.11 and Tesseract: the same versions that the tests run on.
FROM debian:12-slim AS parts

RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates nodejs npm
COPY search_api/web/parts/package.json search_api/web/parts/package-lock.json /parts/
WORKDIR /parts
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM debian:12-slim

RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        bubblewrap ca-certificates fonts-dejavu-core fonts-liberation2 \
        python3 python3-venv tesseract-ocr tesseract-ocr-osd tesseract-ocr-vie \
    && rm -rf /var/lib/apt/lists/*

# The environment before the code: changed code must not install everything again.
COPY requirements.lock /opt/tangthu/
RUN python3 -m venv /opt/tangthu/venv \
    && /opt/tangthu/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /opt/tangthu/requirements.lock

# What zooms deep into scans; what fetched it stays behind.
COPY --from=parts /parts/node_modules /opt/tangthu/parts

COPY kernel /opt/tangthu/app/kernel
COPY analyzers /opt/tangthu/app/analyzers
COPY mappings /opt/tangthu/app/mappings
COPY archive /opt/tangthu/app/archive
COPY ingest /opt/tangthu/app/ingest
COPY search_api /opt/tangthu/app/search_api
COPY tangthu /opt/tangthu/app/tangthu

# Not root; the numbers can be made those of the person who owns the drop folder.
ARG APP_UID=1000
ARG APP_GID=1000
RUN groupadd --gid ${APP_GID} tangthu \
    && useradd --uid ${APP_UID} --gid ${APP_GID} --home-dir /nonexistent --shell /usr/sbin/nologin tangthu \
    && install -d -o ${APP_UID} -g ${APP_GID} /data /drop
USER ${APP_UID}:${APP_GID}

ENV PYTHONPATH=/opt/tangthu/app \
    PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TANGTHU_HOST=0.0.0.0 \
    TANGTHU_PORT=8000 \
    TANGTHU_DATA=/data \
    TANGTHU_DROP=/drop \
    TANGTHU_PAGE_PARTS=/opt/tangthu/parts
WORKDIR /data
VOLUME ["/data", "/drop"]
EXPOSE 8000

# Reading goes on in processes of its own: a long start-up is only the catalogue's migration.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["/opt/tangthu/venv/bin/python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['TANGTHU_PORT']}/health/ready\", timeout=4)"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/tangthu/venv/bin/python", "-m", "tangthu"]
CMD ["serve"]
