import { basename } from 'node:path';
import { isInventoryFile, takeInventory } from '../attest/inventory/inventory.ts';
import { formatProvenance, type ResourceDescriptor } from '../attest/provenance.ts';
import { formatSbom } from '../attest/spdx.ts';
import type { BuiltImage } from '../engine/port.ts';
import { isAppError } from '../errors/app-error.ts';
import { digestHex } from '../oci/digest.ts';
import type { AttachedDocument } from '../registry/referrers.ts';
import { listDependencies, toRequestParameters } from './attest-inputs.ts';
import {
  type AttestationPaths,
  areUnchanged,
  planAttestationPaths,
  removeAttestations,
  sha256Of,
  writeKeptFile,
} from './attestation-files.ts';
import type { BuildPlan } from './plan.ts';
import { exportImage, type Publication } from './publish.ts';
import type { PublishContext } from './publish-context.ts';

/** One attempt to build a request. */
export type BuildRun = { readonly invocationId: string; readonly startedOn: Date };

export type AttestInput = {
  readonly plan: BuildPlan;
  readonly image: BuiltImage;
  readonly publication: Publication;
  readonly run: BuildRun;
};

type Documents = { readonly sbom: string; readonly provenance: string };

const sbomType = 'application/spdx+json';
const provenanceType = 'application/vnd.in-toto+json';

/**
 * Writes the SBOM and the provenance of a published image beside its SIF, and attaches them to the image
 * where it was pushed. What was written for the same image before is kept.
 *
 * The image is out already: whatever fails here, or is cancelled, is a warning. Documents of an earlier image of that name
 * are removed then, for they would be taken for this one's.
 *
 * @returns Where the documents are; undefined when there are none.
 */
export async function attest(
  input: AttestInput,
  context: PublishContext,
): Promise<AttestationPaths | undefined> {
  const { record, isPushed } = input.publication;
  const paths = planAttestationPaths(context.options.outputDirectory, input.plan.recipe.names.sifFilename);
  const earlier = record?.artifact.attestations;
  if (earlier !== undefined && !isPushed && (await areUnchanged(earlier))) {
    context.stages.runCached('attest', 'SBOM and provenance are there');
    return paths;
  }
  const documents = await attempt('written', context, () => writeDocuments(input, paths, context));
  if (documents === undefined) {
    await removeAttestations(paths);
    return undefined;
  }
  if (isPushed) await attempt('attached to the image', context, () => attach(documents, input, context));
  return paths;
}

/** Turns an error into a warning. */
async function attempt<T>(
  goal: string,
  { stages }: PublishContext,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const hint = isAppError(error) ? error.hint : undefined;
    const message = `SBOM and provenance could not be ${goal}: ${error instanceof Error ? error.message : error}`;
    stages.emit({ kind: 'warning', message, ...(hint !== undefined && { hint }) });
    return undefined;
  }
}

async function writeDocuments(
  input: AttestInput,
  paths: AttestationPaths,
  context: PublishContext,
): Promise<Documents> {
  const { deps, stages } = context;
  const finishedOn = deps.wallClock();
  const layout = input.publication.layout ?? (await exportImage(input.image, context)).layout;
  return stages.run('attest', 'Write SBOM and provenance', async () => {
    const sbom = await makeSbom(layout, input, context);
    const provenance = makeProvenance(input, { sbom, sbomPath: paths.sbomPath, finishedOn }, context);
    const attestations = [
      await writeKeptFile(paths.sbomPath, sbom),
      await writeKeptFile(paths.provenancePath, provenance),
    ];
    const { record } = input.publication;
    if (record !== undefined) await deps.artifacts.record(record.key, { ...record.artifact, attestations });
    return { sbom, provenance };
  });
}

async function makeSbom(
  layout: string,
  { plan, publication }: AttestInput,
  { deps, options }: PublishContext,
): Promise<string> {
  const { created, files } = await deps.readImageFiles(layout, isInventoryFile, { signal: options.signal });
  const subject = {
    name: plan.recipe.names.repository,
    manifestDigest: publication.result.manifestDigest,
    architecture: plan.recipe.platform.architecture,
    ...(created !== undefined && { created }),
  };
  return formatSbom(subject, takeInventory(files), deps.site.toolVersion);
}

type ProvenanceFacts = { readonly sbom: string; readonly sbomPath: string; readonly finishedOn: Date };

function makeProvenance(
  { plan, publication, run }: AttestInput,
  { sbom, sbomPath, finishedOn }: ProvenanceFacts,
  { deps, request }: PublishContext,
): string {
  const { recipe, step, spackInputs } = plan;
  const { sif } = publication.result;
  return formatProvenance({
    subject: listSubjects(publication),
    externalParameters: toRequestParameters(request),
    internalParameters: {
      recipeDigest: recipe.digest,
      microarchitecture: request.machine.microarchitecture,
      engine: deps.engine.kind,
      ...(sif && { sif: deps.converter.settings }),
    },
    resolvedDependencies: listDependencies({
      base: recipe.base,
      ...(step && { step }),
      ...(spackInputs && { spackInputs }),
    }),
    byproducts: [{ name: basename(sbomPath), digest: { sha256: sha256Of(sbom) }, mediaType: sbomType }],
    toolVersion: deps.site.toolVersion,
    run: { ...run, finishedOn },
  });
}

function listSubjects({ result }: Publication): ResourceDescriptor[] {
  const { imageReference, manifestDigest, sif } = result;
  return [
    { name: imageReference, digest: { sha256: digestHex(manifestDigest) } },
    ...(sif === undefined ? [] : [{ name: basename(sif.path), digest: { sha256: sif.sha256 } }]),
  ];
}

async function attach(
  { sbom, provenance }: Documents,
  { plan, publication }: AttestInput,
  { deps, options, stages }: PublishContext,
): Promise<void> {
  const { registry, site } = deps;
  const { imageReference: reference, manifestDigest } = publication.result;
  const paths = planAttestationPaths('.', plan.recipe.names.sifFilename);
  const annotations = { 'cic.version': site.toolVersion };
  const documents: readonly AttachedDocument[] = [
    { mediaType: sbomType, filename: basename(paths.sbomPath), content: sbom, annotations },
    { mediaType: provenanceType, filename: basename(paths.provenancePath), content: provenance, annotations },
  ];
  await stages.run('attest', 'Attach SBOM and provenance', async () =>
    registry?.attach({ reference, manifestDigest }, documents, { signal: options.signal }),
  );
}
