# the base image
FROM cic-base

# apt packages; downloads and package lists stay in cache mounts
RUN --mount=type=cache,id=cic-apt-archives-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=cic-apt-lists-bookworm-amd64,target=/var/lib/apt/lists,sharing=locked \
    --mount=type=secret,id=cic-ca,target=/run/cic-ca,mode=0444 \
    --mount=type=secret,id=cic-apt-auth,target=/run/cic-apt-auth,mode=0400 \
    --mount=type=secret,id=cic-apt-config,target=/run/cic-apt-config,mode=0444 \
    export APT_CONFIG=/run/cic-apt-config \
        SSL_CERT_FILE=/run/cic-ca \
        CURL_CA_BUNDLE=/run/cic-ca \
        GIT_SSL_CAINFO=/run/cic-ca \
        PIP_CERT=/run/cic-ca \
        REQUESTS_CA_BUNDLE=/run/cic-ca \
        NODE_EXTRA_CA_CERTS=/run/cic-ca && \
    mkdir -p /var/cache/apt/cic/partial && \
    apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install --yes -o Dir::Cache::archives=/var/cache/apt/cic gcc python3 python3-venv

# Python packages, in /opt/venv
RUN --mount=type=cache,id=cic-pip-bookworm-amd64,target=/var/cache/cic,sharing=locked \
    --mount=type=secret,id=cic-ca,target=/run/cic-ca,mode=0444 \
    --mount=type=secret,id=cic-apt-auth,target=/run/cic-apt-auth,mode=0400 \
    --mount=type=secret,id=cic-apt-config,target=/run/cic-apt-config,mode=0444 \
    export APT_CONFIG=/run/cic-apt-config \
        SSL_CERT_FILE=/run/cic-ca \
        CURL_CA_BUNDLE=/run/cic-ca \
        GIT_SSL_CAINFO=/run/cic-ca \
        PIP_CERT=/run/cic-ca \
        REQUESTS_CA_BUNDLE=/run/cic-ca \
        NODE_EXTRA_CA_CERTS=/run/cic-ca && \
    python3 -m venv --system-site-packages /opt/venv && \
    PIP_CACHE_DIR=/var/cache/cic/pip /opt/venv/bin/python3 -m pip install numpy
ENV PATH="/opt/venv/bin:$PATH"

# the files of the step
COPY --from=cic-step ["wordcount/","/wordcount/"]

# the step's own post_inst.sh, compiling for zen2
RUN --mount=type=cache,id=cic-apt-archives-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=cic-apt-lists-bookworm-amd64,target=/var/lib/apt/lists,sharing=locked \
    --mount=type=cache,id=cic-pip-bookworm-amd64,target=/var/cache/cic,sharing=locked \
    --mount=type=secret,id=cic-ca,target=/run/cic-ca,mode=0444 \
    --mount=type=secret,id=cic-apt-auth,target=/run/cic-apt-auth,mode=0400 \
    --mount=type=secret,id=cic-apt-config,target=/run/cic-apt-config,mode=0444 \
    export APT_CONFIG=/run/cic-apt-config \
        SSL_CERT_FILE=/run/cic-ca \
        CURL_CA_BUNDLE=/run/cic-ca \
        GIT_SSL_CAINFO=/run/cic-ca \
        PIP_CERT=/run/cic-ca \
        REQUESTS_CA_BUNDLE=/run/cic-ca \
        NODE_EXTRA_CA_CERTS=/run/cic-ca && \
    export DEBIAN_FRONTEND=noninteractive \
        CIC_TARGET=zen2 \
        CIC_MARCH_FLAGS='-march=znver2 -mtune=znver2' \
        PIP_BREAK_SYSTEM_PACKAGES=1 \
        PIP_CACHE_DIR=/var/cache/cic/pip \
        CIC_JOBS="$(nproc)" && \
    if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then apt-get update; fi && \
    cd /wordcount && \
    bash -e ./post_inst.sh

# how the image is run, and what it is
COPY ["z10_spack_environment.sh","/etc/profile.d/z10_spack_environment.sh"]
ENTRYPOINT ["/bin/sh","-c","exec \"$@\"","sh"]
CMD ["/bin/bash"]
LABEL "org.opencontainers.image.title"="minimal_workflow_wordcount_rome_openmpi_4_cuda_10" \
      "org.opencontainers.image.version"="latest" \
      "org.opencontainers.image.source"="https://git.example.org/workflows.git" \
      "org.opencontainers.image.revision"="0123456789abcdef0123456789abcdef01234567" \
      "org.opencontainers.image.base.digest"="sha256:cae662172fd450bb0cd710a769079c05bfc5d8e35efa6576edc7d0377afdd4a2" \
      "cic.version"="1.2.3" \
      "cic.recipe.digest"="sha256:f6151f149fa6247b1c95e22cd80705ad45cde5b8dc3e6e09cc3081c942042208" \
      "cic.workflow"="minimal_workflow" \
      "cic.step"="wordcount" \
      "cic.machine.platform"="linux/amd64" \
      "cic.machine.microarchitecture"="zen2" \
      "cic.machine.mpi"="openmpi@4" \
      "cic.machine.gpu"="cuda@10"
