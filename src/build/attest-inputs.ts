import type { ResourceDescriptor } from '../attest/provenance.ts';
import { type Digest, digestHex } from '../oci/digest.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ResolvedBase } from '../recipe/base-image.ts';
import type { BuildRequest } from '../request/build-request.ts';
import type { Step } from '../step/step.ts';

/** What a Spack environment was built with, as far as it is known. */
export type SpackInputs = {
  readonly version?: string;
  /** 40 hex digits. */
  readonly commit?: string;
  /** Spack's own packages, which have a repository of their own since 1.0. */
  readonly packagesCommit?: string;
  /** The site's software catalogue, hashed as {@link Step.treeHash}. */
  readonly catalogueTreeHash?: Digest;
  /** Digest of `spack.lock`. */
  readonly lockDigest?: Digest;
};

export type ResolvedInputs = {
  readonly base: ResolvedBase;
  readonly step?: Step;
  readonly spackInputs?: SpackInputs;
};

/** The request in the words of a request file. Where a local step folder lies is nobody else's business. */
export function toRequestParameters({ machine, source }: BuildRequest): Record<string, unknown> {
  const step =
    source.kind === 'base'
      ? { workflow: 'BASE', step_id: 'BASE' }
      : { workflow: source.workflow, step_id: source.stepId, version: source.version };
  return {
    ...step,
    machine: {
      platform: formatPlatform(machine.platform),
      architecture: machine.requestedArchitecture,
      container_engine: machine.imageFormat === 'sif' ? 'singularity' : 'docker',
      ...(machine.mpi !== undefined && { mpi: machine.mpi }),
      ...(machine.gpu !== undefined && { gpu: machine.gpu }),
    },
  };
}

/** Everything that the recipe was planned from, by digest. */
export function listDependencies({ base, step, spackInputs }: ResolvedInputs): ResourceDescriptor[] {
  return [
    describeBase(base),
    ...(step === undefined ? [] : describeStep(step)),
    ...(spackInputs === undefined ? [] : describeSpack(spackInputs)),
  ];
}

function describeBase({ base, digest }: ResolvedBase): ResourceDescriptor {
  const sha256 = { digest: { sha256: digestHex(digest) } };
  return base.kind === 'reference'
    ? { name: 'base image', uri: base.reference, ...sha256 }
    : { name: `base image of the suite ${base.suite}`, ...sha256 };
}

function describeStep({ workflow, stepId, treeHash, registryUrl, commit }: Step): ResourceDescriptor[] {
  const tree = { name: `step ${workflow}/${stepId}`, ...describeTree(treeHash) };
  if (commit === undefined) return [tree];
  const uri = registryUrl === undefined ? {} : { uri: `git+${registryUrl}` };
  return [{ name: 'workflow registry', ...uri, digest: { gitCommit: commit } }, tree];
}

function describeSpack(inputs: SpackInputs): ResourceDescriptor[] {
  const { version, commit, packagesCommit, catalogueTreeHash, lockDigest } = inputs;
  const candidates: (ResourceDescriptor | undefined)[] = [
    commit === undefined
      ? undefined
      : { name: version === undefined ? 'Spack' : `Spack ${version}`, digest: { gitCommit: commit } },
    packagesCommit === undefined
      ? undefined
      : { name: "Spack's packages", digest: { gitCommit: packagesCommit } },
    catalogueTreeHash && { name: 'software catalogue', ...describeTree(catalogueTreeHash) },
    lockDigest && { name: 'spack.lock', digest: { sha256: digestHex(lockDigest) } },
  ];
  return candidates.filter((entry) => entry !== undefined);
}

/** A hash over paths, modes and contents is that of no file: it has a name of its own. */
function describeTree(treeHash: Digest): Pick<ResourceDescriptor, 'digest'> {
  return { digest: { cicTreeSha256: digestHex(treeHash) } };
}
