# Images of imr-extract; none runs as root, or needs a network but for the stores that are named.
#
#   docker build -t imr-extract .                              letters with text
#   docker build -t imr-extract:ocr --target ocr .             scans, too
#   docker build -t imr-extract:cluster --target cluster .     a node of a Ray cluster, with OCR

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/imr-extract
ENV PATH=/opt/imr-extract/bin:$PATH
# The build needs hatchling in the tested version, which pip would fetch for itself otherwise.
COPY constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt pip hatchling
COPY pyproject.toml README.md LICENSE ./
COPY man ./man
COPY scripts ./scripts
COPY imr_extract ./imr_extract
RUN pip install --no-cache-dir --no-build-isolation --constraint constraints.txt \
        ".[duckdb,parquet,report,xlsx]"
# The rules in one file that loads fast, as `make rules` builds it.
COPY fixtures ./fixtures
RUN python scripts/build_rules.py && python -m compileall -q /opt/imr-extract

FROM build AS build-cluster
RUN pip install --no-cache-dir --constraint constraints.txt fsspec ray

FROM python:3.11-slim-bookworm AS base
# Worker processes and temporary indexes need a home and a folder to write to.
RUN useradd --create-home --uid 10001 imr-extract
ENV PATH=/opt/imr-extract/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /data

FROM base AS ocr-base
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-eng \
    && rm -rf /var/lib/apt/lists/*

FROM ocr-base AS ocr
COPY --from=build /opt/imr-extract /opt/imr-extract
USER 10001
ENTRYPOINT ["imr-extract"]

# KubeRay starts `ray` itself and asks for its health with wget, so there is no entry point.
FROM ocr-base AS cluster
RUN apt-get update \
    && apt-get install -y --no-install-recommends procps wget \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build-cluster /opt/imr-extract /opt/imr-extract
ENV RAY_USAGE_STATS_ENABLED=0
USER 10001

# The last one is what a build without --target makes.
FROM base AS plain
COPY --from=build /opt/imr-extract /opt/imr-extract
USER 10001
ENTRYPOINT ["imr-extract"]
