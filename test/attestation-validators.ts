import { join } from 'node:path';
import { run } from '../src/exec/run.ts';
import { type BuildReport, repository } from './cic.ts';

/** What the validators of SPDX and in-toto find wrong with the documents of a build; nothing is good. */
export async function findAttestationFaults({ sbom, provenance }: BuildReport): Promise<string> {
  await run({ file: `${repository}test/setup/python-tools.sh`, args: [] });
  const folder = join(process.env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test', 'validators');
  const args = [`${repository}test/validate-attestations.py`, sbom ?? '', provenance ?? ''];
  const { stdout, stderr, exitCode } = await run(
    { file: join(folder, 'bin', 'python3'), args },
    { acceptExitCodes: [0, 1] },
  );
  return exitCode === 0 ? stdout : stderr;
}
