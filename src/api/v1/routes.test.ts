import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Principal, scopes } from '../../accounts/account.ts';
import { AppError } from '../../errors/app-error.ts';
import { cray } from '../../machine/system/system.fixture.ts';
import { createBuildFolders } from '../../service/build-folder.ts';
import type { BuildRecord } from '../../service/build-record.ts';
import type { BuildStore, ImageRecord, ImageStore, NewBuild } from '../../service/ports.ts';
import type { WorkflowBrowser } from '../../service/workflow-browser.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createDescribedApi } from '../described-api.fixture.ts';

/** Routes with little behind them: who may what, and what they answer. */

const buildId = '00000000-0000-4000-8000-0000000000b1';
const imageId = '00000000-0000-4000-8000-0000000000a1';

let root: string;
let app: FastifyInstance;
let images: ImageRecord[];
let submitted: NewBuild[];
let asked: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cic-routes-'));
  images = [image];
  submitted = [];
  asked = [];
  app = await createDescribedApi('', createParts());
});

afterEach(async () => {
  await app.close();
  await rm(root, { recursive: true, force: true });
});

const request = `{"machine": {"platform": "linux/amd64",
  "architecture": "rome", "container_engine": "docker"}, "workflow": "w", "step_id": "s", "force": True}`;

const build = { id: buildId, state: 'succeeded', isPlan: false, request } as BuildRecord;
const image: ImageRecord = {
  id: imageId,
  reference: 'w_s_rome_nompi_nogpu:latest',
  manifestDigest: 'sha256:1',
  recipeDigest: 'sha256:2',
  sif: { filename: 'w_s.sif', sha256: '3', sizeBytes: 4 },
  build: { id: buildId, workflow: 'w', step: 's', version: 'latest', machine: 'rome' },
  publishedAt: new Date(Date.now() + 60_000),
};

/** Ada has the build and its image; root is an administrator. */
function createParts(): Partial<ApiDependencies> {
  const builds: Partial<BuildStore> = {
    find: async (id) => (id === buildId ? build : undefined),
    isOwner: async (_id, userId) => userId === 'ada',
    listOwners: async () => new Map([[buildId, [{ id: 'ada', name: 'ada' }]]]),
    submit: async (added) => {
      submitted.push(added);
      return { id: added.id, isJoined: false };
    },
    isInFlight: async () => true,
    list: async ({ ownerId }) => {
      asked.push(ownerId ?? 'everybody');
      return [];
    },
  };
  const store: Partial<ImageStore> = {
    find: async (id) => images.find((one) => one.id === id),
    findByName: async ({ reference, sifFilename }) =>
      sifFilename === image.sif?.filename ? undefined : images.find((one) => one.reference === reference),
    isOwner: async (_id, userId) => userId === 'ada',
    findOwned: async (ids, userId) => new Set(userId === 'ada' ? ids : []),
    remove: async ({ id }) => {
      images = images.filter((one) => one.id !== id);
      return true;
    },
    list: async ({ ownerId }, { limit }) =>
      ownerId === undefined || ownerId === 'ada' ? Array<ImageRecord>(limit).fill(image) : [],
  };
  const workflows: WorkflowBrowser = {
    list: async (version) => {
      asked.push(version);
      return { commit: 'c0ffee', workflows: [{ name: 'w', steps: ['s'] }] };
    },
    listVersions: async () => ({ branches: ['main'], tags: [] }),
  };
  const accounts = {
    findByName: async (name: string) =>
      name === 'nobody' ? undefined : { user: toPrincipal(name).user, passwordHash: null },
  };
  return {
    accounts: accounts as Partial<ApiDependencies['accounts']> as ApiDependencies['accounts'],
    builds: builds as BuildStore,
    images: store as ImageStore,
    workflows,
    naming: { imagesPrefix: '' },
    systems: [cray],
    folders: createBuildFolders(join(root, 'builds')),
    imagesDirectory: join(root, 'images'),
    authenticator: {
      recognise: () => undefined,
      authenticate: async (credential) => {
        if (credential.kind !== 'password') throw new AppError('AUTH_INVALID', 'no');
        return toPrincipal(credential.name);
      },
    } as Partial<ApiDependencies['authenticator']> as ApiDependencies['authenticator'],
    newId: () => '00000000-0000-4000-8000-0000000000f1',
  };
}

function toPrincipal(name: string): Principal {
  const role = name === 'root' ? 'admin' : 'user';
  const user = { id: name, name, role, isDisabled: false, quota: {}, createdAt: new Date(0) } as const;
  return { user, scopes: new Set(scopes) };
}

async function call(as: string, url: string, options: InjectOptions = {}) {
  const authorization = `Basic ${Buffer.from(`${as}:x`).toString('base64')}`;
  const headers = { authorization, ...options.headers };
  const reply = await app.inject({ ...options, url: `/api/v1${url}`, headers });
  return { status: reply.statusCode, body: reply.body, json: () => JSON.parse(reply.body) };
}

test('the files of a build are listed and sent', async () => {
  const folder = join(root, 'builds', buildId, 'files');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), 'FROM x\n');
  await writeFile(join(folder, 'secret'), 'no');
  const listed = await call('ada', `/builds/${buildId}/files`);
  expect(listed.json()).toEqual({ items: [{ name: 'Dockerfile', size_bytes: 7 }] });
  expect(await call('root', `/builds/${buildId}/files/Dockerfile`)).toMatchObject({
    status: 200,
    body: 'FROM x\n',
  });
});

test('a file that a build has not, and what is no file of one, are not there', async () => {
  const codes = async (name: string) => {
    const { status, json } = await call('ada', `/builds/${buildId}/files/${name}`);
    return [status, json().code];
  };
  expect(await codes('spack.lock')).toEqual([404, 'IMAGE_NOT_FOUND']);
  for (const name of ['secret', '..%2fbuild.log']) {
    expect(await codes(name)).toEqual([404, 'API_NOT_FOUND']);
  }
  expect(await codes('%00')).toEqual([400, 'API_MALFORMED']);
});

test('a list of builds is of oneself; administrators name others, or everybody', async () => {
  const list = async (as: string, query: string) => {
    asked = [];
    const { json } = await call(as, `/builds${query}`);
    return json().code ?? asked;
  };
  expect(await list('ada', '')).toEqual(['ada']);
  expect(await list('ada', '?user=ada')).toEqual(['ada']);
  expect(await list('ada', '?user=root')).toBe('AUTH_FORBIDDEN');
  expect(await list('ada', '?owner=all')).toBe('AUTH_FORBIDDEN');
  expect(await list('root', '?user=ada')).toEqual(['ada']);
  expect(await list('root', '?owner=all')).toEqual(['everybody']);
  expect(await list('root', '?user=nobody')).toEqual([]);
});

test('files and logs of others are not there', async () => {
  for (const path of ['', '/files', '/files/Dockerfile', '/log', '/events']) {
    const { status, json } = await call('eve', `/builds/${buildId}${path}`);
    expect([path, status, json().code]).toEqual([path, 404, 'BUILD_NOT_FOUND']);
  }
});

test('a build that waits has an empty log', async () => {
  expect(await call('ada', `/builds/${buildId}/log`)).toMatchObject({ status: 200, body: '' });
});

test('every user sees an image, and who asked for it its build', async () => {
  expect((await call('ada', `/images/${imageId}`)).json()).toMatchObject({
    id: imageId,
    image: 'w_s_rome_nompi_nogpu:latest',
    owned: true,
    build_id: buildId,
    machine: 'rome',
  });
  expect((await call('eve', `/images/${imageId}`)).json()).toMatchObject({ owned: false, build_id: null });
  expect((await call('eve', `/images/${imageId}`)).json()).toMatchObject({
    docker_reference: null,
    run_script: expect.stringContaining('srun apptainer exec w_s.sif <command>'),
  });
  expect((await call('eve', '/images?owner=me')).json()).toEqual({ items: [], next: null });
});

test('a page of images names the next one', async () => {
  const { items, next } = (await call('eve', '/images?limit=3')).json();
  expect(items).toHaveLength(3);
  expect((await call('eve', `/images?limit=3&cursor=${next}`)).status).toBe(200);
});

test('a forged cursor and a NUL are malformed', async () => {
  const late = Buffer.from('999999999999999 00000000-0000-4000-8000-000000000000').toString('base64url');
  for (const query of ['cursor=forged', `cursor=${late}`, 'search=%00']) {
    const { status, json } = await call('eve', `/images?${query}`);
    expect([query, status, json().code]).toEqual([query, 400, 'API_MALFORMED']);
  }
});

test('an image is deleted by its owner or an administrator, with its file', async () => {
  await mkdir(join(root, 'images'));
  await writeFile(join(root, 'images', 'w_s.sif'), 'sif!');
  const remove = (as: string) => call(as, `/images/${imageId}`, { method: 'DELETE' });
  expect((await remove('eve')).json()).toMatchObject({ status: 403, code: 'AUTH_FORBIDDEN' });
  expect(await readdir(join(root, 'images'))).toEqual(['w_s.sif']);
  expect(await remove('ada')).toMatchObject({ status: 204, body: '' });
  expect(await readdir(join(root, 'images'))).toEqual([]);
  expect((await remove('root')).json()).toMatchObject({ status: 404, code: 'IMAGE_NOT_FOUND' });
});

test('workflows are listed at a version that git can have', async () => {
  expect((await call('eve', '/workflows?version=v1')).json()).toEqual({
    version: 'v1',
    commit: 'c0ffee',
    items: [{ name: 'w', steps: ['s'] }],
  });
  expect((await call('eve', '/workflows?version=--upload-pack%3Dx')).json()).toMatchObject({
    code: 'API_MALFORMED',
  });
  expect(asked).toEqual(['v1']);
  expect((await call('eve', '/workflow-versions')).json()).toEqual({ branches: ['main'], tags: [] });
});

test('machines are those of `cic machines`, with what the name of a system stands for', async () => {
  const { systems, microarchitectures } = (await call('eve', '/machines')).json();
  expect(microarchitectures).toContainEqual(
    expect.objectContaining({
      name: 'zen2',
      platform: 'linux/amd64',
      code_names: expect.arrayContaining(['rome']),
    }),
  );
  expect(systems).toEqual([
    expect.objectContaining({
      name: 'cray-gpu',
      request_fields: {
        platform: 'linux/amd64',
        architecture: 'zen3',
        container_engine: 'apptainer',
        mpi: 'mpich@3.4.3',
        gpu: 'hip@6',
      },
    }),
  ]);
});

test('what a build was asked for with is spelled out, for those who asked', async () => {
  const machine = { platform: 'linux/amd64', architecture: 'rome', container_engine: 'docker' };
  expect((await call('ada', `/builds/${buildId}/request`)).json()).toEqual({
    machine: { ...machine, mpi: '', gpu: '' },
    workflow: 'w',
    step_id: 's',
    version: 'latest',
    force: true,
  });
  expect((await call('eve', `/builds/${buildId}/request`)).status).toBe(404);
});

const send = (url: string, payload: string) =>
  call('ada', url, { method: 'POST', headers: { 'content-type': 'application/json' }, payload });

test('a request is kept as it was written', async () => {
  expect((await send('/builds', request)).status).toBe(201);
  expect(submitted).toEqual([expect.objectContaining({ request, isPlan: false, ownerId: 'ada' })]);
});

test('a dry run is another thing than the build', async () => {
  await send('/builds', request);
  expect((await send('/dry-run', request)).status).toBe(201);
  const [first, second] = submitted;
  expect(second).toMatchObject({ request, isPlan: true });
  expect(second?.joinKey).not.toBe(first?.joinKey);
});

test('faults have lines and columns', async () => {
  const faulty = request.replace('rome', 'rme');
  const { status, json } = await send('/builds', faulty);
  expect(status).toBe(400);
  const position = { line: 2, column: 19 };
  const problem = expect.objectContaining({ field: 'machine.architecture', position });
  expect(json()).toMatchObject({ code: 'REQUEST_INVALID', problems: [problem] });
  expect((await send('/validate', faulty)).json()).toMatchObject({
    valid: false,
    problems: [problem],
    names: null,
    machine: null,
    existing: null,
  });
});

test('validation says what a request stands for, and what of it is there', async () => {
  expect((await send('/validate', request)).json()).toEqual({
    valid: true,
    problems: [],
    names: { image: 'w_s_rome_nompi_nogpu:latest', filename: null },
    machine: {
      system: null,
      platform: 'linux/amd64',
      microarchitecture: 'zen2',
      image_format: 'oci',
      mpi: null,
      gpu: null,
      gpu_arch: null,
    },
    push: false,
    existing: { image_id: imageId, digest: 'sha256:1', published_at: image.publishedAt.toISOString() },
    in_flight: true,
  });
  const elsewhere = request.replace('"s"', '"other"');
  expect((await send('/validate', elsewhere)).json()).toMatchObject({ valid: true, existing: null });
});

test('validation says what is malformed', async () => {
  expect((await send('/validate', '{"machine": ')).json()).toMatchObject({ valid: false });
  expect((await send('/validate', '')).json()).toMatchObject({ valid: false });
});

test('a form of another site is no request', async () => {
  const payload = 'a=1';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { status } = await call('ada', '/builds', { method: 'POST', headers, payload });
  expect(status).toBe(415);
});
