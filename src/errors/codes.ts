import type { ErrorDoc } from './error-doc.ts';
import { serviceCodes } from './service-codes.ts';

/**
 * Every error code of the project. Codes are API: they are added, never renamed or removed.
 * `docs/errors.md` is generated from this list.
 */
export const errorCodes = {
  INTERNAL_ERROR: {
    meaning: 'A fault of CIC itself.',
    solve: 'Report it with the command, the message and the output of `cic doctor`.',
  },
  CANCELLED: {
    meaning: 'The operation was cancelled before it was complete; nothing was published.',
    solve: 'Start it again; what the engine had finished is taken from its cache.',
  },
  EXEC_NOT_FOUND: {
    meaning: 'A program that CIC needs is not installed.',
    solve: 'Run `cic doctor`: it names the package and the command that installs it.',
  },
  EXEC_FAILED: {
    meaning: 'A program that CIC started ended with an error.',
    solve: 'Read its last lines in the message.',
  },
  EXEC_TIMEOUT: {
    meaning: 'A program that CIC started did not end within its time limit.',
    solve: 'Look for what it waits for (network, lock, prompt) in its last lines.',
  },
  OCI_DIGEST_INVALID: {
    meaning: 'A digest is not of the form `sha256:<64 hex digits>`.',
    solve: 'Copy the digest again from where it came.',
  },
  OCI_PLATFORM_INVALID: {
    meaning: 'A platform is not of the form `os/architecture[/variant]` or not one that CIC builds for.',
    solve: 'Use `linux/amd64`, `linux/arm64` or `linux/ppc64le`.',
  },
  OCI_REFERENCE_INVALID: {
    meaning: 'An image reference cannot be parsed.',
    solve: 'Write `[registry/]repository[:tag][@sha256:…]`, all lower case.',
  },
  MACHINE_UNKNOWN_ARCHITECTURE: {
    meaning: 'The CPU microarchitecture is neither an archspec name nor a known code name.',
    solve: 'List the known names with `cic machines`.',
  },
  MACHINE_CONFLICT: {
    meaning:
      'Two fields of the machine contradict each other, such as an Arm microarchitecture on linux/amd64.',
    solve: 'Correct the field that the message names.',
  },
  MACHINE_UNKNOWN_SYSTEM: {
    meaning: 'The machine is named, and no HPC system is known by that name.',
    solve: 'List the known systems with `cic machines`, or describe the machine by its fields.',
  },
  MACHINE_FILE_INVALID: {
    meaning: 'A file that describes an HPC system has missing, misspelt or mistyped keys.',
    solve: 'Correct each key that the message lists; `cic schema machine` prints the schema.',
  },
  REQUEST_INVALID: {
    meaning: 'The build request has missing, misspelt or mistyped fields.',
    solve: 'Correct each field that the message lists; `cic schema request` prints the schema.',
  },
  STEP_INVALID: {
    meaning: "The step's description (eflows4hpc.yaml, requirements.txt or spack.yaml) has faults.",
    solve: 'Correct each line that the message lists; `cic schema step` prints the schema.',
  },
  STEP_BASE_REFUSED: {
    meaning: 'The step asks for a base image that the site does not allow.',
    solve: 'Use one that the message names, or have the site add it to `base.allowed` in the configuration.',
  },
  STEP_UNREADABLE: {
    meaning:
      'A file of the step cannot be read, is neither a file nor a link, or lies outside of its folder.',
    solve:
      'Check the permissions of the file; replace a link that leaves the step folder by what it points to.',
  },
  STEP_NOT_FOUND: {
    meaning: 'The workflow registry has no such workflow or step at that version.',
    solve: 'Compare `workflow` and `step_id` with the folders of the registry.',
  },
  STEP_VERSION_NOT_FOUND: {
    meaning: 'The workflow registry has no such branch, tag or commit.',
    solve: 'Compare `version` with the branches and tags of the registry; a commit needs all its 40 digits.',
  },
  STEP_SUBMODULE: {
    meaning: 'The step has a git submodule; CIC fetches the registry only.',
    solve: 'Put the files of the submodule into the step, or clone it in `post_inst.sh`.',
  },
  STEP_REGISTRY_UNCONFIGURED: {
    meaning: 'The request names a step of the workflow registry, but the site has not said where that is.',
    solve:
      'Set the workflow registry in the configuration, or give the step folder as `path` in the request.',
  },
  STEP_REGISTRY_INVALID: {
    meaning: "The workflow registry's address is not one that CIC fetches from.",
    solve: 'Use https://…, ssh://…, user@host:path, file:///… or the path of a local folder.',
  },
  STEP_CACHE_UNWRITABLE: {
    meaning: 'The files of a step could not be written into the cache.',
    solve: 'Check the free space and the permissions of the cache folder.',
  },
  STEP_REGISTRY_UNREACHABLE: {
    meaning: 'The workflow registry could not be read.',
    solve: 'Check its address, the network, the proxy, the certificate authority and the credentials of git.',
  },
  CONFIG_INVALID: {
    meaning: 'The configuration file has missing, misspelt or mistyped keys.',
    solve: 'Correct each key that the message lists; `cic schema config` prints the schema.',
  },
  ENGINE_UNAVAILABLE: {
    meaning: 'The engine is not installed, not running, or died during the build.',
    solve: 'Run `cic doctor`: it says what the engine lacks.',
  },
  ENGINE_BASE_UNAVAILABLE: {
    meaning: 'The base image could not be made or pulled.',
    solve: 'Check the name or suite, the mirror or registry, the proxy and the certificates.',
  },
  ENGINE_PLATFORM_UNSUPPORTED: {
    meaning: 'The machine that builds cannot run programs of the requested platform.',
    solve: 'Build on a machine of that platform, or allow emulation and install qemu-user-static.',
  },
  ENGINE_BUILD_FAILED: {
    meaning: "An instruction of the recipe failed: a package, a download or the step's own script.",
    solve: 'Read the last lines of the message; they come from the command that failed.',
  },
  ENGINE_EXPORT_FAILED: {
    meaning: 'The engine could not write the finished image out.',
    solve: 'Check the free space in the cache folder and build again.',
  },
  ENGINE_DISK_FULL: {
    meaning: 'The engine ran out of disk space.',
    solve: 'Free space where the engine keeps its images, or move its storage.',
  },
  SIF_INVALID: {
    meaning: 'The file is no SIF, or it is damaged.',
    solve: 'Make or download it again; `cic sif verify` says which part is damaged.',
  },
  SIF_SOURCE_INVALID: {
    meaning: 'The image that was to be converted is missing, malformed or not trustworthy.',
    solve: 'Check the name of the source; make or fetch the image again.',
  },
  SIF_SOURCE_UNAVAILABLE: {
    meaning: 'The image that was to be converted could not be fetched from its registry or daemon.',
    solve: 'Check its name, the network and the credentials (`skopeo login`).',
  },
  SIF_SOURCE_TRUNCATED: {
    meaning: 'A layer of the image ends too early.',
    solve: 'The image was not written or downloaded completely: make or fetch it again.',
  },
  SIF_DIGEST_MISMATCH: {
    meaning: 'The bytes of a layer or document are not what its digest says.',
    solve: 'The image is damaged or was tampered with: make or fetch it again.',
  },
  SIF_DISK_FULL: {
    meaning: 'There was no space left for the SIF.',
    solve: 'Free space in the folder that the message names; nothing was left there.',
  },
  SIF_OUTPUT_UNUSABLE: {
    meaning: 'The SIF cannot be written where it was to be: the file exists, or the folder cannot be used.',
    solve: 'Choose another name, or overwrite with `--force`; make the folder if it is missing.',
  },
  SIF_CONVERT_FAILED: {
    meaning: 'The SIF could not be written: mksquashfs (for xz, lz4 and lzo) failed or was killed.',
    solve: 'Read its last lines; if it was killed, the machine may be out of memory (see sif.memory).',
  },
  REGISTRY_PUSH_FAILED: {
    meaning: 'The image was built but could not be pushed to the registry; nothing was published.',
    solve:
      'Check the address, the credentials and the certificate of the registry, then build again: it continues from the cache.',
  },
  SPACK_UNAVAILABLE: {
    meaning: 'Spack, its recipes or the software catalogue are not there, out of reach, or something else.',
    solve:
      'Check the address, version, network and proxy. A site without a network names a local folder, git repository or tarball in the configuration, or puts a checkout into the cache.',
  },
  SPACK_VERSION_UNSUPPORTED: {
    meaning:
      'CIC does not know this version of Spack, its recipes are for another one, or the configuration asks for what it cannot do.',
    solve:
      'Set `spack.version` to a release that the message names, and `spack.packages.version` to one of the same time.',
  },
  SPACK_CATALOGUE_INVALID: {
    meaning: 'The software catalogue is no Spack package repository.',
    solve: 'It needs a `repo.yaml` with a namespace and a folder `packages` with recipes.',
  },
  BUILD_TEST_FAILED: {
    meaning: "One of the step's own tests failed in the finished image; nothing was published.",
    solve:
      'Read the last lines of the message: the command and what it printed. Correct the step or the test.',
  },
  REGISTRY_ATTACH_FAILED: {
    meaning: 'The image was pushed, but its SBOM and provenance could not be attached to it; a warning only.',
    solve: 'Check the credentials of the registry; building the request again attaches what is missing.',
  },
  BUILD_STEP_CHANGED: {
    meaning: 'Files of the step changed while they were being read.',
    solve: 'Build again when nothing writes into the step folder.',
  },
  BUILD_SPACK_UNCONFIGURED: {
    meaning: 'The step has a Spack environment, but the site has not said where its Spack is.',
    solve: 'Set `spack.source` in the configuration to a Spack checkout.',
  },
  SPACK_SYNTAX: {
    meaning: 'A spec cannot be parsed.',
    solve: 'Correct it where the message points to; a spec looks like `name@version +variant ^dependency`.',
  },
  SPACK_ENVIRONMENT_CONFLICT: {
    meaning: "The step's Spack environment asks for something else than the machine of the request.",
    solve: 'The message names both sides: change the step, or request another machine.',
  },
  SPACK_TARGET_WRONG: {
    meaning: 'A Spack package is, or would be, built for another microarchitecture than the requested one.',
    solve: 'Leave targets out of the step; a lock file must be one of this machine.',
  },
  SPACK_UNKNOWN_PACKAGE: {
    meaning: 'A spec names a package that neither Spack nor the software catalogue has.',
    solve: 'Correct the name; the message says which ones are near.',
  },
  SPACK_UNKNOWN_VERSION: {
    meaning: 'A package has no version that satisfies its spec.',
    solve: 'Ask for one of the versions that the message lists, or leave the version out.',
  },
  SPACK_UNKNOWN_VARIANT: {
    meaning: 'A package has no such variant, or the variant cannot have that value.',
    solve: 'Use one of those that the message lists.',
  },
  SPACK_CONFLICT: {
    meaning: "What the step, the machine and the packages' own rules ask for cannot all be had together.",
    solve: 'Drop or loosen one of the requests that the message names.',
  },
  SPACK_TARGET_UNSUPPORTED: {
    meaning:
      "The compiler, this Spack or the machine that builds cannot compile for the machine's microarchitecture.",
    solve: 'Use a newer compiler, or a microarchitecture that the message names.',
  },
  SPACK_COMPILER_MISSING: {
    meaning: 'A spec asks for a compiler that is not there.',
    solve: 'Ask for a version that the base image has, or install another one with apt.',
  },
  SPACK_CONFIG_INVALID: {
    meaning:
      "Spack's configuration, mostly the step's `spack` section, has a key or value that Spack does not take.",
    solve: 'Correct the key that the message names.',
  },
  SPACK_LOCK_INVALID: {
    meaning: 'The spack.lock is damaged, incomplete or of a format that CIC does not know.',
    solve: 'Concretise the environment again and keep the lock that comes out.',
  },
  SPACK_LOCK_MISMATCH: {
    meaning:
      "The spack.lock that was given is of other specs than the step's, or of another base image's system.",
    solve: 'Give the lock of an image of this step and base as they are now, or build without one.',
  },
  SPACK_SOURCE_MISSING: {
    meaning: 'The source code of a package could not be fetched.',
    solve: 'Check the network and the proxy, or put the source into the source mirror of the site.',
  },
  SPACK_CHECKSUM: {
    meaning: 'The source code that was fetched for a package is not what its recipe says.',
    solve: 'Remove the file from the mirror or cache that it came from and build again.',
  },
  SPACK_CACHE_MISS: {
    meaning: 'A package was to be taken from the package cache only, and the cache does not have it.',
    solve: 'Allow building from source, or fill the cache first.',
  },
  SPACK_CACHE_UNWRITABLE: {
    meaning: 'A package was built, but could not be put into the package cache of the site.',
    solve:
      'Check `spack.cache` and `spack.cache_credentials_file` in the configuration, and that the registry is up; the message has what it answered.',
  },
  SPACK_PACKAGE_FAILED: {
    meaning: 'A package failed to compile or to install.',
    solve: 'Read the lines of its log in the message; try another version, variant or compiler.',
  },
  SPACK_OUT_OF_MEMORY: {
    meaning: 'A package was compiled with more memory than the machine that builds has.',
    solve: 'Build with fewer parallel jobs or on a machine with more memory.',
  },
  SPACK_DISK_FULL: {
    meaning: 'There was no disk space left while packages were installed.',
    solve:
      'Free space where the engine keeps its images and caches; installed packages are in the package cache.',
  },
  SPACK_FAILED: {
    meaning: 'Spack failed for a reason that CIC does not know.',
    solve: 'Read its own words in the message.',
  },
  FILE_UNREADABLE: {
    meaning: 'A file that was named cannot be read.',
    solve: 'Check the path and its permissions.',
  },
  ...serviceCodes,
} as const satisfies Record<string, ErrorDoc>;

export type ErrorCode = keyof typeof errorCodes;
