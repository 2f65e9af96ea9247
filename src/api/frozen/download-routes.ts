import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import type { ImageRecord } from '../../service/ports.ts';
import { requireScope } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type FileFacts, sendFile } from '../files/send-file.ts';
import { problemResponses } from '../problem.ts';
import { frozenSecurity, frozenTags } from './wire.ts';

type Params = { readonly filename: string };

const checksumSuffix = '.sha256';

const fileSchema = {
  description: 'Bytes of the file',
  content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
};

/**
 * `GET /images/download/<filename>`, and `<filename>.sha256` as sha256sum(1) writes and checks it. Names are looked up,
 * never joined to a path as they come.
 *
 * @see shared contract, §5
 */
export function createDownloadRoutes(
  deps: ApiDependencies,
  { hide }: { readonly hide: boolean },
): FastifyPluginCallback {
  const isOpen = deps.settings.downloads === 'anonymous';
  // Where files are open, wrong credentials are ignored: old clients send them always.
  const guard = requireScope(deps, { scope: 'read', challenge: 'Basic', acceptsCookie: true });
  const schema = {
    hide,
    operationId: 'frozenDownload',
    summary: 'A SIF file, or parts of it by Range; its checksum under <filename>.sha256',
    tags: frozenTags,
    security: isOpen ? [] : frozenSecurity,
    response: { 200: fileSchema, 206: fileSchema, ...problemResponses },
  };
  const options = isOpen ? { schema } : { schema, preHandler: guard };
  return (app, _options, done) => {
    app.get<{ Params: Params }>('/images/download/:filename', options, async (request, reply) => {
      const { filename } = request.params;
      const isChecksum = filename.endsWith(checksumSuffix);
      const name = isChecksum ? filename.slice(0, -checksumSuffix.length) : filename;
      const sif = await findSif(name, deps);
      if (isChecksum) return reply.type('text/plain; charset=utf-8').send(`${sif.sha256}  ${name}\n`);
      return sendFile(
        {
          path: join(deps.imagesDirectory, sif.filename),
          contentType: 'application/octet-stream',
          filename: name,
          findSha256: (opened) => (isRecorded(opened, sif) ? sif.sha256 : undefined),
        },
        request,
        reply,
      );
    });
    done();
  };
}

type PublishedSif = NonNullable<ImageRecord['sif']> & { readonly publishedAt: Date };

async function findSif(name: string, { images }: ApiDependencies): Promise<PublishedSif> {
  const image = name.includes('\0') ? undefined : await images.findFile(name);
  if (image?.sif == null) throw new AppError('IMAGE_NOT_FOUND', `there is no file ${JSON.stringify(name)}`);
  return { ...image.sif, publishedAt: image.publishedAt };
}

/** For a moment a new file has its name already and the database the old digest: then nothing is said of it. */
function isRecorded(opened: FileFacts, { sizeBytes, publishedAt }: PublishedSif): boolean {
  return opened.size === sizeBytes && opened.mtimeMs <= publishedAt.getTime();
}
