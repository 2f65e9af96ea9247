import { readFileSync } from 'node:fs';
import { digestOf } from '../oci/digest.ts';
import type { BuildRequest } from '../request/build-request.ts';
import { parseLock } from '../spack/lock.ts';
import type { StepDescription } from '../step/description.ts';
import type { Step } from '../step/step.ts';
import type { ResolvedBase } from './base-image.ts';
import type { PlanInput } from './plan-recipe.ts';
import type { SpackInput } from './spack/plan-spack-step.ts';

/** A small, complete planning input for tests. */
export const bookworm: ResolvedBase = {
  base: { kind: 'bootstrap', suite: 'bookworm' },
  digest: digestOf('base'),
  suite: 'bookworm',
};

export function makeRequest(
  changes: { machine?: Partial<BuildRequest['machine']>; version?: string } = {},
): BuildRequest {
  return {
    machine: {
      platform: { os: 'linux', architecture: 'amd64' },
      microarchitecture: 'zen2',
      requestedArchitecture: 'rome',
      imageFormat: 'sif',
      mpi: 'openmpi@4',
      gpu: 'cuda@10',
      ...changes.machine,
    },
    source: {
      kind: 'registry',
      workflow: 'minimal_workflow',
      stepId: 'wordcount',
      version: changes.version ?? 'latest',
    },
    force: false,
  };
}

export function makeStep(description: Partial<StepDescription> = {}, changes: Partial<Step> = {}): Step {
  return {
    workflow: 'minimal_workflow',
    stepId: 'wordcount',
    version: 'latest',
    folder: '/cache/steps/wordcount',
    commit: '0123456789abcdef0123456789abcdef01234567',
    registryUrl: 'https://git.example.org/workflows.git',
    treeHash: digestOf('step'),
    description: { apt: [], pip: [], requirementsFiles: [], ...description },
    hasPostInstall: false,
    ...changes,
  };
}

export const publicKey = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n';

/** Spack 1.1.1, and an environment that it has solved: lz4 and zlib. */
export function makeSpackInput(changes: Partial<SpackInput> = {}): SpackInput {
  const lockText = readFileSync(new URL('../spack/golden/zlib-lz4-1.1.lock', import.meta.url), 'utf8');
  return {
    tools: {
      version: '1.1.1',
      identity: '0123456789abcdef0123456789abcdef01234567',
      hasPackages: true,
      mirrors: [{ kind: 'folder', folder: '/srv/spack-mirror' }],
      publicCaches: [{ kind: 'url', url: 'https://cache.example.org/v1', keys: [publicKey] }],
      siteConfig: {},
    },
    yaml: 'spack:\n  specs: [lz4, zlib]\n',
    lockText,
    lock: parseLock(lockText),
    compilers: [],
    toolchain: {
      base: { kind: 'reference', reference: 'localhost/cic/base:70' },
      digest: digestOf('toolchain'),
    },
    toolchainKey: digestOf('toolchain recipe'),
    scripts: { 'snapshot.sh': '#!/bin/sh\n' },
    viewEnvironment: {},
    ...changes,
  };
}

export function makePlanInput(changes: Partial<PlanInput> = {}): PlanInput {
  return {
    request: makeRequest(),
    step: makeStep(),
    base: bookworm,
    target: { target: 'zen2', marchFlags: '-march=znver2 -mtune=znver2' },
    site: { imagesPrefix: '', toolVersion: '1.2.3', network: { hasCaBundle: false, hasAptAuth: false } },
    stepContext: '/work/step',
    ...changes,
  };
}
