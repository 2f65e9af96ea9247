/**
 * SIF version 01 on disk; all numbers are little endian.
 *
 * ```
 *      0  global header                 128 bytes
 *   4096  descriptor table              48 entries of 585 bytes
 *  32176  data objects                  a partition starts at a multiple of 4096
 * ```
 *
 * @see apptainer/sif, pkg/sif/sif.go
 */
export const headerBytes = 128;
export const descriptorTableOffset = 4096;
export const descriptorBytes = 585;
export const descriptorCount = 48;
export const dataOffset = descriptorTableOffset + descriptorCount * descriptorBytes;
const partitionAlignment = 4096;

/** What a data object is. */
export const dataTypes = {
  definitionFile: 0x4001,
  environment: 0x4002,
  labels: 0x4003,
  partition: 0x4004,
  signature: 0x4005,
  json: 0x4006,
  generic: 0x4007,
  cryptoMessage: 0x4008,
  sbom: 0x4009,
  ociRootIndex: 0x400a,
  ociBlob: 0x400b,
} as const;

/** SIF's codes for OCI architectures. */
export const architectureCodes: Readonly<Record<string, string>> = {
  '386': '01',
  amd64: '02',
  arm: '03',
  arm64: '04',
  ppc64: '05',
  ppc64le: '06',
  s390x: '11',
  riscv64: '12',
};

export const fileSystems = { squashfs: 1 } as const;
export const partitionKinds = { primarySystem: 2 } as const;

/** Name of the object in which CIC keeps the partition's SHA-256, for `cic sif verify`. */
export const checksumObjectName = 'cic-checksums.json';

/** The next multiple of {@link partitionAlignment} at or after an offset. */
export function alignPartition(offsetBytes: number): number {
  return Math.ceil(offsetBytes / partitionAlignment) * partitionAlignment;
}
