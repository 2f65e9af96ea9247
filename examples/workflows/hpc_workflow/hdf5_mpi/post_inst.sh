# Compilers and the Spack view are on the paths here; the compilers do not reach the image, the program does.
mkdir -p /usr/local/bin
mpicc -O2 $CIC_MARCH_FLAGS -I/opt/view/include -o /usr/local/bin/hdf5_mpi src/hdf5_mpi.c \
  -L/opt/view/lib -Wl,-rpath,/opt/view/lib -lhdf5
