# Images of imr-extract; none runs as root, or needs a network but for the stores that are named.
#
#   docker build -t imr-extract .                              letters with text
#   docker build -t imr-extract:ocr --target ocr .             scans, too
#   docker build -t imr-extract:cluster --target cluster .     a node of a Ray cluster, with OCR

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
# pip, and what makes the wheel, stay in this stage.
RUN python -m venv /opt/build && python -m venv --without-pip /opt/imr-extract
ENV PATH=/opt/build/bin:$PATH
# The build needs hatchling in the tested version, which pip would fetch for itself otherwise.
COPY constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt pip hatchling
COPY pyproject.toml README.md LICENSE ./
COPY man ./man
COPY scripts ./scripts
COPY imr_extract ./imr_extract
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && pip --python /opt/imr-extract install --no-cache-dir --constraint constraints.txt \
        "$(echo /wheels/*.whl)[duckdb,parquet,report,xlsx]"
# The rules in one file that loads fast, as `make rules` builds it.
COPY fixtures ./fixtures
RUN /opt/imr-extract/bin/python scripts/build_rules.py \
    && /opt/imr-extract/bin/python -m compileall -q /opt/imr-extract

# With Ray's server of jobs, by which KubeRay and `ray job submit` start a run.
FROM build AS build-cluster
RUN pip --python /opt/imr-extract install --no-cache-dir --constraint constraints.txt \
        fsspec "ray[default]"
# What else all machines should have, such as adlfs for abfs://, or boto3 for `ray up` on AWS.
ARG PACKAGES=""
# hadolint ignore=DL3013,SC2086
RUN test -z "$PACKAGES" || pip --python /opt/imr-extract install --no-cache-dir $PACKAGES

FROM python:3.11-slim-bookworm AS base
# Worker processes and temporary indexes need a home and a folder to write to.
RUN useradd --create-home --uid 10001 imr-extract
ENV PATH=/opt/imr-extract/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /data

FROM base AS ocr-base
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-eng \
    && rm -rf /var/lib/apt/lists/*

FROM ocr-base AS ocr
COPY --from=build /opt/imr-extract /opt/imr-extract
USER 10001
ENTRYPOINT ["imr-extract"]

# KubeRay and `ray up` start `ray` themselves, so there is no entry point: by a login shell, which
# forgets the path that is set above; they ask for its health with wget, and bring files by rsync.
FROM ocr-base AS cluster
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends procps rsync wget \
    && rm -rf /var/lib/apt/lists/* \
    && echo "PATH=/opt/imr-extract/bin:\$PATH" > /etc/profile.d/imr-extract.sh
COPY --from=build-cluster /opt/imr-extract /opt/imr-extract
ENV RAY_USAGE_STATS_ENABLED=0
USER 10001

# The last one is what a build without --target makes.
FROM base AS plain
COPY --from=build /opt/imr-extract /opt/imr-extract
USER 10001
ENTRYPOINT ["imr-extract"]
