# the base image
FROM cic-base

# apt packages; downloads and package lists stay in a cache mount
RUN --mount=type=cache,id=cic-apt-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    mkdir -p /var/cache/apt/cic/archives/partial /var/cache/apt/cic/lists/partial && \
    printf '%s\n' 'Dir::Cache::archives "/var/cache/apt/cic/archives";' \
        'Dir::State::lists "/var/cache/apt/cic/lists";' > /var/cache/apt/cic/apt.conf && \
    export APT_CONFIG=/var/cache/apt/cic/apt.conf DEBIAN_FRONTEND=noninteractive && \
    apt-get update && \
    apt-get install --yes g++

# the files of the step
COPY --from=cic-step ["wordcount/","/wordcount/"]

# how the image is run, and what it is
ENTRYPOINT ["/bin/sh","-c","exec \"$@\"","sh"]
CMD ["/bin/bash"]
LABEL "org.opencontainers.image.title"="minimal_workflow_wordcount_rome_openmpi_4_cuda_10" \
      "org.opencontainers.image.version"="latest" \
      "org.opencontainers.image.source"="https://git.example.org/workflows.git" \
      "org.opencontainers.image.revision"="0123456789abcdef0123456789abcdef01234567" \
      "org.opencontainers.image.base.digest"="sha256:cae662172fd450bb0cd710a769079c05bfc5d8e35efa6576edc7d0377afdd4a2" \
      "cic.version"="1.2.3" \
      "cic.recipe.digest"="sha256:2bf8167b4c00b67ffe04c8d4a501c5c7f1c9c02edd675a85a886df406caa5e43" \
      "cic.workflow"="minimal_workflow" \
      "cic.step"="wordcount" \
      "cic.machine.platform"="linux/amd64" \
      "cic.machine.microarchitecture"="zen2" \
      "cic.machine.mpi"="openmpi@4" \
      "cic.machine.gpu"="cuda@10"
