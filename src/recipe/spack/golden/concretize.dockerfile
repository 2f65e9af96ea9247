# compilers and Spack
FROM cic-base

# the environment, and the site's configuration of Spack
COPY ["spack-site/","/opt/cic/site/"]
COPY ["spack/","/opt/spack-environment/"]

# versions, variants and dependencies of everything
RUN --mount=type=cache,id=cic-spack,target=/var/cache/cic-spack,sharing=shared \
    --mount=type=bind,from=cic-mirror-0,target=/opt/cic/mirrors/0 \
    /opt/spack/bin/spack -C /opt/cic/config -C /opt/cic/site -e /opt/spack-environment concretize && \
    mkdir -p /opt/cic/out && \
    cp /opt/spack-environment/spack.lock /opt/cic/out/
