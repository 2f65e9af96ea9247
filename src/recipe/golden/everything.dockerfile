# the base image
FROM cic-base

# apt packages; downloads and package lists stay in a cache mount
RUN --mount=type=cache,id=cic-apt-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    --mount=type=bind,from=cic-build,target=/run/cic-build \
    mkdir -p /var/cache/apt/cic/archives/partial /var/cache/apt/cic/lists/partial && \
    printf '%s\n' 'Dir::Cache::archives "/var/cache/apt/cic/archives";' \
        'Dir::State::lists "/var/cache/apt/cic/lists";' > /var/cache/apt/cic/apt.conf && \
    export APT_CONFIG=/var/cache/apt/cic/apt.conf DEBIAN_FRONTEND=noninteractive && \
    apt-get update && \
    : e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 && \
    sh /run/cic-build/opt/cic/scripts/install-runtime.sh openmpi-bin libxml2-dev python3

# what the environment runs with, and its view
RUN --mount=type=bind,from=cic-build,target=/run/cic-build \
    : efbdbcae2262ed033d425d982c139e65 && \
    mkdir -p /opt/software && \
    (cd /run/cic-build/opt/software && cp -a gcc-runtime-12.2.0-ssyi5ypz6waxc2luxajzyf2tdbyusaso lz4-1.10.0-uwtjwuq3htqmttmadojouktsdoegii27 zlib-1.3.1-js7rtsbwt5zmrgn32adsifjvek4otzve /opt/software/) && \
    cp -a /run/cic-build/opt/view /opt/view && \
    { test ! -d /run/cic-build/opt/._view || cp -a /run/cic-build/opt/._view /opt/; }

# the Python packages
RUN --mount=type=bind,from=cic-build,target=/run/cic-build \
    : efbdbcae2262ed033d425d982c139e65 && \
    cp -a /run/cic-build/opt/venv /opt/venv

# the files of the step
COPY --from=cic-step ["wordcount/","/wordcount/"]

# what post_inst.sh did; libraries from apt; nothing is missing
RUN --mount=type=bind,from=cic-build,target=/run/cic-build \
    --mount=type=cache,id=cic-apt-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    : efbdbcae2262ed033d425d982c139e65 && \
    mkdir -p /var/cache/apt/cic/archives/partial /var/cache/apt/cic/lists/partial && \
    printf '%s\n' 'Dir::Cache::archives "/var/cache/apt/cic/archives";' \
        'Dir::State::lists "/var/cache/apt/cic/lists";' > /var/cache/apt/cic/apt.conf && \
    export APT_CONFIG=/var/cache/apt/cic/apt.conf DEBIAN_FRONTEND=noninteractive && \
    sh /run/cic-build/opt/cic/out/apply.sh /run/cic-build/opt/cic/out && \
    sh /run/cic-build/opt/cic/out/check-libraries.sh /run/cic-build/opt/cic/out /opt/software /opt/view /opt/venv

# programs of the view are found
ENV PATH="/opt/venv/bin:/opt/view/bin:$PATH"

# what the packages set
ENV MPICC="/opt/view/bin/mpicc"

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
      "cic.recipe.digest"="sha256:fb2305b6efec7e969fd7faaf745c442905b168dfc616b29f30b937faefc0ac2f" \
      "cic.workflow"="minimal_workflow" \
      "cic.step"="wordcount" \
      "cic.machine.platform"="linux/amd64" \
      "cic.machine.microarchitecture"="zen2" \
      "cic.machine.mpi"="openmpi@4" \
      "cic.machine.gpu"="cuda@10"
