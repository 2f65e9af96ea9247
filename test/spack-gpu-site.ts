import { join } from 'node:path';
import { external } from './spack-packages.ts';
import type { TestPackage, TestSite } from './spack-site.ts';

/** The toolkit: what test/setup/cuda-toolkit.sh makes. */
export const cudaArchive = join(
  process.env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test',
  'cuda-toolkit-13.0.tar.gz',
);

/** Spack's CUDA without its installer of several GB. */
const cuda: TestPackage = {
  name: 'cuda',
  recipe: `from spack_repo.builtin.packages.cuda.package import Cuda as BuiltinCuda

from spack.package import *


class Cuda(BuiltinCuda):
    """Spack's own but for what is installed."""

    version("13.0.2", sha256="@SHA256@", url="https://example.invalid/cuda-13.0.2.tar.gz")

    def install(self, spec, prefix):
        install_tree(".", prefix, symlinks=True)
`,
  source: cudaArchive,
};

/** Two programs: one uses CUDA's runtime library, the other the driver's own, which only a GPU's host has. */
const axpy: TestPackage = {
  name: 'axpy',
  recipe: `from spack.package import *


class Axpy(Package, CudaPackage):
    """Adds vectors on the GPU."""

    homepage = "https://example.invalid"
    url = "https://example.invalid/axpy-1.0.tar.gz"

    version("1.0", sha256="@SHA256@")

    depends_on("c", type="build")
    depends_on("cxx", type="build")

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        nvcc = Executable(spec["cuda"].prefix.bin.nvcc)
        flags = " ".join(self.cuda_flags(spec.variants["cuda_arch"].value)).split()
        nvcc("-ccbin", spack_cxx, "--cudart", "shared", *flags, "-o", prefix.bin.axpy, "axpy.cu")
        cc = Executable(spack_cc)
        cc("-o", prefix.bin.driver, "driver.c", "-L" + spec["cuda"].prefix.lib64.stubs, "-lcuda")
`,
  source: {
    'axpy.cu': `#include <cstdio>
__global__ void axpy(int n, float a, const float *x, float *y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}
int main() {
  int devices = 0;
  cudaError_t error = cudaGetDeviceCount(&devices);
  if (error != cudaSuccess) {
    std::printf("no GPU: %s\\n", cudaGetErrorString(error));
    return 0;
  }
  const int n = 1000;
  float *x, *y, sum = 0;
  cudaMallocManaged(&x, n * sizeof(float));
  cudaMallocManaged(&y, n * sizeof(float));
  for (int i = 0; i < n; i++) x[i] = 1, y[i] = 2;
  axpy<<<(n + 255) / 256, 256>>>(n, 3, x, y);
  cudaDeviceSynchronize();
  for (int i = 0; i < n; i++) sum += y[i];
  std::printf("%d GPUs: %g\\n", devices, sum);
}
`,
    'driver.c': `#include <stdio.h>
int cuInit(unsigned flags);
int main(void) { printf("cuInit: %d\\n", cuInit(0)); }
`,
  },
};

/** A machine with NVIDIA's GPUs, and what is compiled for them. */
export const gpuSite: TestSite = {
  packages: [cuda, axpy],
  config: { packages: { libxml2: external('libxml2@2.9.14') } },
  machines: {
    'a100.yaml': `name: tests-a100
platform: linux/amd64
microarchitecture: x86_64_v3
gpu: { kind: cuda, arch: "80", driver: cuda/13.0, build_with: cuda@13.0 }
scheduler: slurm
runtime: { name: apptainer, version: "1.3.6" }
`,
  },
};
