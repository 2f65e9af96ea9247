#!/bin/bash
# What of NVIDIA's CUDA toolkit compiles and runs a program, from the wheels on PyPI, in the folders that its
# installer makes: the source archive of a toolkit that a Spack recipe of the tests installs within seconds.
#
#     <cache>/cuda-toolkit-13.0.tar.gz
set -eu

archive=${CIC_TEST_CACHE:-/var/cache/cic-test}/cuda-toolkit-13.0.tar.gz
wheels='nvidia-cuda-nvcc==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-crt==13.0.88 nvidia-cuda-runtime==13.0.96
  nvidia-cuda-cuobjdump==13.2.51'
[ ! -e "$archive" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$(dirname "$archive")"
# shellcheck disable=SC2086 # a list of words
PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --no-deps --no-compile --only-binary=:all: \
  --target "$work" $wheels

toolkit=$work/cuda-13.0
mkdir -p "$toolkit/targets/x86_64-linux" "$toolkit/doc"
cd "$work/nvidia/cu13"
mv bin nvvm "$toolkit"
mv include lib "$toolkit/targets/x86_64-linux"
mv "$work"/nvidia_cuda_nvcc-*/licenses/License.txt "$toolkit/doc/EULA.txt"
cd "$toolkit"
ln -s targets/x86_64-linux/include include
ln -s targets/x86_64-linux/lib lib64
ln -s libcudart.so.13 lib64/libcudart.so
# For programs that are compiled at run time; the tests have none.
rm lib64/libnvvm.so.*
# As NVIDIA's: programs are linked with it, and get the library of the host's driver when they run.
mkdir lib64/stubs
echo 'int cuInit(unsigned flags) { (void)flags; return 34; }' |
  gcc -shared -fPIC -Wl,-soname,libcuda.so.1 -o lib64/stubs/libcuda.so -x c -
tar --create --directory="$work" --use-compress-program='gzip -3' --file="$archive.$$" cuda-13.0
mv "$archive.$$" "$archive"
