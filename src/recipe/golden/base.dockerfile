# the base image
FROM cic-base

# how the image is run, and what it is
ENTRYPOINT ["/bin/sh","-c","exec \"$@\"","sh"]
CMD ["/bin/bash"]
LABEL "org.opencontainers.image.title"="base_base_rome_openmpi_4_cuda_10" \
      "org.opencontainers.image.version"="latest" \
      "org.opencontainers.image.base.digest"="sha256:cae662172fd450bb0cd710a769079c05bfc5d8e35efa6576edc7d0377afdd4a2" \
      "cic.version"="1.2.3" \
      "cic.recipe.digest"="sha256:0b25ae90e6c4b36c3c9260a954341c467b901a9b97b75c1280f81710dfc2476d" \
      "cic.machine.platform"="linux/amd64" \
      "cic.machine.microarchitecture"="zen2" \
      "cic.machine.mpi"="openmpi@4" \
      "cic.machine.gpu"="cuda@10"
