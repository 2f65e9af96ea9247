# the base image
FROM cic-base

# apt packages; downloads and package lists stay in a cache mount
RUN --mount=type=cache,id=cic-apt-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    --mount=type=secret,id=cic-ca,target=/run/cic-ca,mode=0444 \
    --mount=type=secret,id=cic-apt-auth,target=/run/cic-apt-auth,mode=0400 \
    export SSL_CERT_FILE=/run/cic-ca \
        CURL_CA_BUNDLE=/run/cic-ca \
        GIT_SSL_CAINFO=/run/cic-ca \
        PIP_CERT=/run/cic-ca \
        REQUESTS_CA_BUNDLE=/run/cic-ca \
        NODE_EXTRA_CA_CERTS=/run/cic-ca && \
    mkdir -p /var/cache/apt/cic/archives/partial /var/cache/apt/cic/lists/partial && \
    printf '%s\n' 'Dir::Cache::archives "/var/cache/apt/cic/archives";' \
        'Dir::State::lists "/var/cache/apt/cic/lists";' \
        'Acquire::https::CAInfo "/run/cic-ca";' \
        'Dir::Etc::netrc "/run/cic-apt-auth";' > /var/cache/apt/cic/apt.conf && \
    export APT_CONFIG=/var/cache/apt/cic/apt.conf DEBIAN_FRONTEND=noninteractive && \
    apt-get update && \
    apt-get install --yes gcc python3 python3-venv

# Python packages, in /opt/venv
RUN --mount=type=cache,id=cic-pip-bookworm-amd64,target=/var/cache/cic,sharing=locked \
    --mount=type=secret,id=cic-ca,target=/run/cic-ca,mode=0444 \
    --mount=type=secret,id=cic-apt-auth,target=/run/cic-apt-auth,mode=0400 \
    export SSL_CERT_FILE=/run/cic-ca \
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
RUN --mount=type=cache,id=cic-apt-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=cic-pip-bookworm-amd64,target=/var/cache/cic,sharing=locked \
    --mount=type=secret,id=cic-ca,target=/run/cic-ca,mode=0444 \
    --mount=type=secret,id=cic-apt-auth,target=/run/cic-apt-auth,mode=0400 \
    export SSL_CERT_FILE=/run/cic-ca \
        CURL_CA_BUNDLE=/run/cic-ca \
        GIT_SSL_CAINFO=/run/cic-ca \
        PIP_CERT=/run/cic-ca \
        REQUESTS_CA_BUNDLE=/run/cic-ca \
        NODE_EXTRA_CA_CERTS=/run/cic-ca && \
    mkdir -p /var/cache/apt/cic/archives/partial /var/cache/apt/cic/lists/partial && \
    printf '%s\n' 'Dir::Cache::archives "/var/cache/apt/cic/archives";' \
        'Dir::State::lists "/var/cache/apt/cic/lists";' \
        'Acquire::https::CAInfo "/run/cic-ca";' \
        'Dir::Etc::netrc "/run/cic-apt-auth";' > /var/cache/apt/cic/apt.conf && \
    export APT_CONFIG=/var/cache/apt/cic/apt.conf DEBIAN_FRONTEND=noninteractive && \
    { ls /var/cache/apt/cic/lists/*_Packages* >/dev/null 2>&1 || apt-get update; } && \
    export CIC_TARGET=zen2 \
        CIC_MARCH_FLAGS='-march=znver2 -mtune=znver2' \
        PIP_BREAK_SYSTEM_PACKAGES=1 \
        PIP_CACHE_DIR=/var/cache/cic/pip \
        CIC_JOBS="$(nproc)" && \
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
      "cic.recipe.digest"="sha256:2942baa719a7df3079510dd6bf946a4720fe3916e9d06c38f9a4276b93b64395" \
      "cic.workflow"="minimal_workflow" \
      "cic.step"="wordcount" \
      "cic.machine.platform"="linux/amd64" \
      "cic.machine.microarchitecture"="zen2" \
      "cic.machine.mpi"="openmpi@4" \
      "cic.machine.gpu"="cuda@10"
