# compilers, build tools and Spack
FROM cic-base

# what the step needs from apt while it is built, its compilers among it
RUN --mount=type=cache,id=cic-apt-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    mkdir -p /var/cache/apt/cic/archives/partial /var/cache/apt/cic/lists/partial && \
    printf '%s\n' 'Dir::Cache::archives "/var/cache/apt/cic/archives";' \
        'Dir::State::lists "/var/cache/apt/cic/lists";' > /var/cache/apt/cic/apt.conf && \
    export APT_CONFIG=/var/cache/apt/cic/apt.conf DEBIAN_FRONTEND=noninteractive && \
    apt-get update && \
    apt-get install --yes openmpi-bin libxml2-dev && \
    /opt/spack/bin/spack -C /opt/cic/config compiler find --scope site

# the environment, and the site's configuration of Spack
COPY ["spack-site/","/opt/cic/site/"]
COPY ["spack/","/opt/spack-environment/"]

# every package, from the cache or compiled; what is compiled goes into the cache at once
COPY ["scripts/","/opt/cic/scripts/"]
RUN --mount=type=cache,id=cic-spack,target=/var/cache/cic-spack,sharing=shared \
    --mount=type=bind,from=cic-mirror-0,target=/opt/cic/mirrors/0 \
    /opt/spack/bin/spack -C /opt/cic/config -C /opt/cic/site -e /opt/spack-environment python /opt/cic/scripts/spack-public-caches.py /opt/cic/site && \
    CIC_PARALLEL_PACKAGES=1 sh /opt/cic/scripts/spack-install.sh /opt/spack/bin/spack -C /opt/cic/config -C /opt/cic/site -e /opt/spack-environment install --fail-fast --keep-stage && \
    sh /opt/cic/scripts/spack-finish.sh /opt/cic/out /opt/spack/bin/spack -C /opt/cic/config -C /opt/cic/site -e /opt/spack-environment

# Python packages, in /opt/venv, beside those of Spack
RUN --mount=type=cache,id=cic-pip-bookworm-amd64,target=/var/cache/cic,sharing=locked \
    python=$(test -x /opt/view/bin/python3 && echo /opt/view/bin/python3 || echo /usr/bin/python3) && \
    $python -m venv --system-site-packages /opt/venv && \
    for folder in /opt/view/lib/python3*/site-packages; do test ! -d "$folder" || echo "$folder" > "$(echo /opt/venv/lib/python3*/site-packages)/spack-view.pth"; done && \
    PIP_CACHE_DIR=/var/cache/cic/pip /opt/venv/bin/python3 -m pip install 'pandas>=1.5' 'rocrate; python_version < '"'"'3.13'"'"''

# the files of the step
COPY --from=cic-step ["wordcount/","/wordcount/"]

# what the step does itself, and what that leaves to do in the final image
RUN --mount=type=cache,id=cic-apt-bookworm-amd64,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=cic-pip-bookworm-amd64,target=/var/cache/cic,sharing=locked \
    mkdir -p /var/cache/apt/cic/archives/partial /var/cache/apt/cic/lists/partial && \
    printf '%s\n' 'Dir::Cache::archives "/var/cache/apt/cic/archives";' \
        'Dir::State::lists "/var/cache/apt/cic/lists";' > /var/cache/apt/cic/apt.conf && \
    export APT_CONFIG=/var/cache/apt/cic/apt.conf DEBIAN_FRONTEND=noninteractive && \
    { ls /var/cache/apt/cic/lists/*_Packages* >/dev/null 2>&1 || apt-get update; } && \
    sh /opt/cic/scripts/prepare-apt.sh /opt/cic/before && \
    sh /opt/cic/scripts/snapshot.sh /opt/cic/before && \
    ( export CIC_TARGET=zen2 \
        CIC_MARCH_FLAGS='-march=znver2 -mtune=znver2' \
        PIP_BREAK_SYSTEM_PACKAGES=1 \
        PIP_CACHE_DIR=/var/cache/cic/pip \
        CIC_JOBS="$(nproc)" && \
    . /opt/cic/out/activate.sh && \
    { test ! -d /opt/venv || export PATH=/opt/venv/bin:$PATH ${PYTHONPATH:+PYTHONPATH="$(echo /opt/venv/lib/python3*/site-packages):$PYTHONPATH"}; } && \
    cd /wordcount && \
    bash -e ./post_inst.sh ) && \
    sh /opt/cic/scripts/collect.sh /opt/cic/before /opt/cic/out /opt/software /opt/view /opt/venv && \
    cp /opt/cic/scripts/apply.sh /opt/cic/scripts/check-libraries.sh /opt/cic/scripts/find-libraries.pl /opt/cic/out/
