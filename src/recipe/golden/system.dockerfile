# the base image
FROM cic-base

# the files of the step
COPY --from=cic-step ["wordcount/","/wordcount/"]

# how the image is run, and what it is
ENTRYPOINT ["/bin/sh","-c","exec \"$@\"","sh"]
CMD ["/bin/bash"]
LABEL "org.opencontainers.image.title"="minimal_workflow_wordcount_cray-gpu_openmpi_4_hip" \
      "org.opencontainers.image.version"="latest" \
      "org.opencontainers.image.source"="https://git.example.org/workflows.git" \
      "org.opencontainers.image.revision"="0123456789abcdef0123456789abcdef01234567" \
      "org.opencontainers.image.base.digest"="sha256:cae662172fd450bb0cd710a769079c05bfc5d8e35efa6576edc7d0377afdd4a2" \
      "cic.version"="1.2.3" \
      "cic.recipe.digest"="sha256:0efa2420139746c0b75a2ea2ea45fcce5b33cf02b3f3c455e1fbae6304721f9e" \
      "cic.workflow"="minimal_workflow" \
      "cic.step"="wordcount" \
      "cic.machine.platform"="linux/amd64" \
      "cic.machine.microarchitecture"="zen2" \
      "cic.machine.mpi"="openmpi@4" \
      "cic.machine.gpu"="hip" \
      "cic.machine.name"="cray-gpu" \
      "cic.host.mpi"="cray-mpich@8.1.31" \
      "cic.host.mpi.abi"="mpich" \
      "cic.host.pmi"="cray_pmi" \
      "cic.host.gpu.driver"="rocm/6.2.4" \
      "cic.run-line"="srun apptainer exec --rocm {image} {command}"
