import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import { buildFiles, filesFolderOf } from '../../service/build-folder.ts';
import { principalOf } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { sendFile } from '../files/send-file.ts';
import { failures, guard, security } from './guard.ts';
import { findOwnedBuild } from './owned-build.ts';
import type { V1App } from './v1-app.ts';

const fileNames = Object.values(buildFiles);

const fileListSchema = z
  .object({ items: z.array(z.object({ name: z.enum(fileNames), size_bytes: z.int() })) })
  .meta({ id: 'BuildFileList' });

const textFile = {
  description: 'The file',
  content: {
    'text/plain': { schema: z.string() },
    'application/json': { schema: z.record(z.string(), z.unknown()) },
  },
};

/** What a build was made from, as soon as that is known, and what is attested about it. */
export function addFileRoutes(app: V1App, deps: ApiDependencies): void {
  const preHandler = guard(deps, 'read');
  const common = { tags: ['builds'], security };

  app.get(
    '/builds/:id/files',
    {
      preHandler,
      schema: {
        ...common,
        operationId: 'listBuildFiles',
        summary: 'Files of a build: Dockerfile, spack.yaml, spack.lock, plan, SBOM, provenance',
        params: z.object({ id: z.uuid() }),
        response: { 200: fileListSchema, ...failures },
      },
    },
    async (request) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      const folder = filesFolderOf(deps.folders.ofBuild(build.id));
      const found = await Promise.all(
        fileNames.map(async (name) => {
          const size = await stat(join(folder, name)).then(
            (file) => file.size,
            () => undefined,
          );
          return size === undefined ? [] : [{ name, size_bytes: size }];
        }),
      );
      return { items: found.flat() };
    },
  );

  app.get(
    '/builds/:id/files/:name',
    {
      preHandler,
      schema: {
        ...common,
        operationId: 'getBuildFile',
        summary: 'One file of a build',
        params: z.object({ id: z.uuid(), name: z.string().max(100).meta({ examples: fileNames }) }),
        response: { 200: textFile, ...failures },
      },
    },
    async (request, reply) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      const name = fileNames.find((known) => known === request.params.name);
      if (name === undefined) {
        throw new AppError('API_NOT_FOUND', `a build has no file ${JSON.stringify(request.params.name)}`, {
          hint: `it may have ${fileNames.join(', ')}`,
        });
      }
      const path = join(filesFolderOf(deps.folders.ofBuild(build.id)), name);
      const contentType = name.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8';
      return sendFile({ path, contentType }, request, reply);
    },
  );
}
