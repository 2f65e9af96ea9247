# Compiles the program for the requested machine: CIC sets CIC_MARCH_FLAGS, such as -march=znver2.
mkdir -p /usr/local/bin
mpicc -O2 $CIC_MARCH_FLAGS -DBUILT_FOR="\"$CIC_TARGET\"" -o /usr/local/bin/mpi_pi src/mpi_pi.c
