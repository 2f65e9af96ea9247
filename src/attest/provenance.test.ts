import { expect, test } from 'vitest';
import { digestHex, digestOf } from '../oci/digest.ts';
import { formatProvenance } from './provenance.ts';

const sha256 = (text: string) => ({ sha256: digestHex(digestOf(text)) });

test('the statement about an image and its SIF', async () => {
  const statement = formatProvenance({
    subject: [
      { name: 'registry.example.org/x:latest', digest: sha256('manifest') },
      { name: 'x_v_latest.sif', digest: sha256('sif') },
    ],
    externalParameters: { workflow: 'minimal_workflow', step_id: 'wordcount' },
    internalParameters: { engine: 'buildah' },
    resolvedDependencies: [{ name: 'base image', digest: sha256('base') }],
    byproducts: [
      { name: 'x_v_latest.spdx.json', digest: sha256('sbom'), mediaType: 'application/spdx+json' },
    ],
    toolVersion: '1.2.3',
    run: { invocationId: 'id', startedOn: new Date(0), finishedOn: new Date(61_000) },
  });
  await expect(statement).toMatchFileSnapshot('golden/provenance.json');
});
