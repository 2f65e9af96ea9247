# the base image
FROM cic-base

# compilers, build tools, and Spack's solver
RUN --mount=type=cache,id=cic-apt-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=cic-pip-bookworm-amd64,target=/var/cache/cic,sharing=locked \
    mkdir -p /var/cache/apt/cic/archives/partial /var/cache/apt/cic/lists/partial && \
    printf '%s\n' 'Dir::Cache::archives "/var/cache/apt/cic/archives";' \
        'Dir::State::lists "/var/cache/apt/cic/lists";' > /var/cache/apt/cic/apt.conf && \
    export APT_CONFIG=/var/cache/apt/cic/apt.conf DEBIAN_FRONTEND=noninteractive && \
    apt-get update && \
    apt-get install --yes --no-install-recommends bzip2 ca-certificates curl file g++ gcc gfortran git gnupg gzip libc6-dev make patch patchelf python3 python3-dev python3-venv unzip xz-utils zstd autoconf automake bison cmake diffutils findutils flex gawk gettext libtool m4 ninja-build perl pkgconf sed swig tar texinfo && \
    python3 -m venv /opt/cic/python && \
    PIP_CACHE_DIR=/var/cache/cic/pip /opt/cic/python/bin/python3 -m pip install clingo

# Spack 1.1.1 (0123456789abcdef)
COPY --from=cic-spack ["spack/","/opt/spack/"]
COPY --from=cic-spack ["packages/","/opt/spack-packages/"]
COPY ["spack-config/","/opt/cic/config/"]
ENV SPACK_PYTHON="/opt/cic/python/bin/python3" \
    SPACK_DISABLE_LOCAL_CONFIG="1"

# what of it Spack can use; indexes of all recipes
RUN /opt/spack/bin/spack -C /opt/cic/config compiler find --scope site && \
    /opt/spack/bin/spack -C /opt/cic/config external find --scope site autoconf automake bison cmake diffutils findutils flex gawk gettext git gmake libtool m4 ninja perl pkgconf python sed swig tar texinfo && \
    /opt/spack/bin/spack -C /opt/cic/config providers mpi > /dev/null
