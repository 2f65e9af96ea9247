import { isAppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/codes.ts';

/** What an exit code tells a script, by its number. */
export const exitCodeMeanings = {
  1: 'a fault of CIC itself',
  2: 'the command line, the request, the step or the configuration is wrong',
  3: 'something that CIC needs is missing or out of reach',
  4: 'the build, the conversion or the publication failed',
  130: 'cancelled',
} as const;

export type ExitCode = keyof typeof exitCodeMeanings;

/** The exit code of every error; a code without a row does not compile. */
export const exitCodes: Readonly<Record<ErrorCode, ExitCode>> = {
  INTERNAL_ERROR: 1,
  CANCELLED: 130,
  EXEC_NOT_FOUND: 3,
  EXEC_FAILED: 4,
  EXEC_TIMEOUT: 4,
  OCI_DIGEST_INVALID: 2,
  OCI_PLATFORM_INVALID: 2,
  OCI_REFERENCE_INVALID: 2,
  MACHINE_UNKNOWN_ARCHITECTURE: 2,
  MACHINE_CONFLICT: 2,
  REQUEST_INVALID: 2,
  STEP_INVALID: 2,
  STEP_BASE_REFUSED: 2,
  STEP_UNREADABLE: 2,
  STEP_NOT_FOUND: 2,
  STEP_VERSION_NOT_FOUND: 2,
  STEP_SUBMODULE: 2,
  STEP_REGISTRY_UNCONFIGURED: 2,
  STEP_REGISTRY_INVALID: 2,
  STEP_REGISTRY_UNREACHABLE: 3,
  STEP_CACHE_UNWRITABLE: 3,
  CONFIG_INVALID: 2,
  ENGINE_UNAVAILABLE: 3,
  ENGINE_BASE_UNAVAILABLE: 3,
  ENGINE_PLATFORM_UNSUPPORTED: 3,
  ENGINE_BUILD_FAILED: 4,
  ENGINE_EXPORT_FAILED: 4,
  ENGINE_DISK_FULL: 4,
  SIF_INVALID: 2,
  SIF_SOURCE_INVALID: 2,
  SIF_SOURCE_UNAVAILABLE: 3,
  SIF_SOURCE_TRUNCATED: 4,
  SIF_DIGEST_MISMATCH: 4,
  SIF_DISK_FULL: 4,
  SIF_OUTPUT_UNUSABLE: 2,
  SIF_CONVERT_FAILED: 4,
  REGISTRY_PUSH_FAILED: 4,
  SPACK_UNAVAILABLE: 3,
  SPACK_VERSION_UNSUPPORTED: 2,
  SPACK_CATALOGUE_INVALID: 2,
  BUILD_TEST_FAILED: 4,
  BUILD_STEP_CHANGED: 4,
  BUILD_SPACK_UNCONFIGURED: 2,
  FILE_UNREADABLE: 2,
};

export function exitCodeOf(error: unknown): ExitCode {
  return isAppError(error) ? exitCodes[error.code] : exitCodes.INTERNAL_ERROR;
}
