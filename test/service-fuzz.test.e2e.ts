import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../src/exec/run.ts';
import { repository } from './cic.ts';
import { adminPassword, basic, startService, type TestService } from './service.ts';
import { hasEnded, submit, waitFor } from './service-builds.ts';

let service: TestService;

beforeAll(async () => {
  await run({ file: `${repository}test/setup/python-tools.sh`, args: [] });
  service = await startService();
}, 300_000);

afterAll(() => service?.remove());

const program = join(process.env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test', 'schemathesis/bin/schemathesis');
const wanted = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
/** Would end the login of all that comes after. */
const password = '/users/{id}/password';

test('requests made from the OpenAPI document are answered as it says, and none with a failure of the service', {
  timeout: 300_000,
}, async () => {
  const cwd = join(service.data, '..');
  const args = [
    `--config-file=${await writeConfig(cwd)}`,
    'run',
    `${service.api}/openapi.json`,
    `--header=Authorization: ${basic('admin', adminPassword)}`,
    `--exclude-path-regex=${password}`,
    '--phases=examples,coverage,fuzzing',
    '--max-examples=15',
    '--seed=1',
    '--no-color',
    '--generation-database=none',
  ];
  const { exitCode, stdout } = await run({ file: program, args, cwd }, { acceptExitCodes: [0, 1] });
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toMatch(/\d{3,} generated/);
});

/** Operations that read are told of a build that is there: ids that are made up are nobody's. */
async function writeConfig(folder: string): Promise<string> {
  const id = await submit(service, 'no_workflow/no_step');
  await waitFor(service, id, { is: hasEnded });
  const paths = [
    '/api/v1/builds/{id}',
    '/api/v1/builds/{id}/log',
    '/api/v1/builds/{id}/files',
    '/build/{id}',
  ];
  const operations = paths.map(
    (path) => `[[operations]]\ninclude-name = "GET ${path}"\nparameters = { id = "${id}" }\n`,
  );
  // OpenAPI 3.1 describes a stream as one text; schemathesis holds the schema against each event.
  operations.push(
    '[[operations]]\ninclude-name = "GET /api/v1/builds/{id}/events"\nchecks.response_schema_conformance.enabled = false\n',
  );
  const checks = ['[checks]', 'enabled = false', ...wanted.map((name) => `${name}.enabled = true`), ''];
  const file = join(folder, 'schemathesis.toml');
  await writeFile(file, [...checks, ...operations].join('\n'));
  return file;
}
