# the base image
FROM cic-base

# apt packages; downloads and package lists stay in cache mounts
RUN --mount=type=cache,id=cic-apt-archives-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=cic-apt-lists-bookworm-amd64,target=/var/lib/apt/lists,sharing=locked \
    mkdir -p /var/cache/apt/cic/partial && \
    apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install --yes -o Dir::Cache::archives=/var/cache/apt/cic python3 python3-venv

# Python packages, in /opt/venv
COPY --from=cic-step ["wordcount/requirements.txt","/wordcount/requirements.txt"]
COPY --from=cic-step ["wordcount/more/extra.txt","/wordcount/more/extra.txt"]
RUN --mount=type=cache,id=cic-pip-bookworm-amd64,target=/var/cache/cic,sharing=locked \
    python3 -m venv --system-site-packages /opt/venv && \
    PIP_CACHE_DIR=/var/cache/cic/pip /opt/venv/bin/python3 -m pip install -r /wordcount/requirements.txt
ENV PATH="/opt/venv/bin:$PATH"

# the files of the step
COPY --from=cic-step ["wordcount/","/wordcount/"]

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
      "cic.recipe.digest"="sha256:a02dc7bfc53828bbed82bae01156ee2efe65ef512c5f6d4b492708670b40b4b0" \
      "cic.workflow"="minimal_workflow" \
      "cic.step"="wordcount" \
      "cic.machine.platform"="linux/amd64" \
      "cic.machine.microarchitecture"="zen2" \
      "cic.machine.mpi"="openmpi@4" \
      "cic.machine.gpu"="cuda@10"
