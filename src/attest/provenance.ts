import { projectUri } from './identity.ts';

/**
 * Something that took part in a build, or came out of it. At least one of `uri` and `digest` is there.
 *
 * @see in-toto attestation framework, v1/resource_descriptor.md
 */
export type ResourceDescriptor = {
  readonly name: string;
  readonly uri?: string;
  /** By algorithm: `sha256`, `gitCommit`. */
  readonly digest?: Readonly<Record<string, string>>;
  readonly mediaType?: string;
};

export type ProvenanceInput = {
  /** What was built; all with their digests. */
  readonly subject: readonly ResourceDescriptor[];
  /** What the user asked for. */
  readonly externalParameters: Readonly<Record<string, unknown>>;
  /** What the site and CIC decided. */
  readonly internalParameters: Readonly<Record<string, unknown>>;
  readonly resolvedDependencies: readonly ResourceDescriptor[];
  /** Other results of the build. */
  readonly byproducts: readonly ResourceDescriptor[];
  readonly toolVersion: string;
  readonly run: { readonly invocationId: string; readonly startedOn: Date; readonly finishedOn: Date };
};

/** What the parameters mean: `docs/attestations.md`. */
const buildType = `${projectUri}/build/v1`;
const builderId = `${projectUri}/builder/v1`;

/**
 * The provenance of an image as an in-toto statement in JSON, not signed.
 *
 * @see https://in-toto.io/Statement/v1, https://slsa.dev/spec/v1.0/provenance
 */
export function formatProvenance(input: ProvenanceInput): string {
  const { externalParameters, internalParameters, resolvedDependencies, byproducts, run } = input;
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: input.subject,
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: { buildType, externalParameters, internalParameters, resolvedDependencies },
      runDetails: {
        builder: { id: builderId, version: { cic: input.toolVersion } },
        metadata: {
          invocationId: run.invocationId,
          startedOn: run.startedOn.toISOString(),
          finishedOn: run.finishedOn.toISOString(),
        },
        byproducts,
      },
    },
  };
  return `${JSON.stringify(statement, null, 2)}\n`;
}
