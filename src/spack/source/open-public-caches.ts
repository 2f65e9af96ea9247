import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '../../errors/app-error.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';
import { locatePlace, type Place } from './place.ts';
import type { PublicCache } from './settings.ts';

export type OpenPublicCache = Place & {
  /** Texts of public keys. */
  readonly keys: readonly string[];
};

export type OpenPublicCaches = {
  readonly caches: readonly OpenPublicCache[];
  /** Folders that are left out, and why. */
  readonly warnings: readonly string[];
};

/**
 * Reads the keys of public caches. A folder that is not there is left out: builds do without it.
 *
 * @throws FILE_UNREADABLE - a key is not there
 * @throws CONFIG_INVALID - what should be a key is none
 */
export async function openPublicCaches(settings: readonly PublicCache[]): Promise<OpenPublicCaches> {
  const caches: OpenPublicCache[] = [];
  const warnings: string[] = [];
  for (const { url, keys } of settings) {
    const place = locatePlace(url);
    const fault = place.kind === 'folder' ? await findFault(place.folder) : undefined;
    if (fault === undefined) caches.push({ ...place, keys: await Promise.all(keys.map(readKey)) });
    else warnings.push(fault);
  }
  return { caches, warnings };
}

/** Where packages lie: since Spack 1.0, and before. */
const layouts = ['v3', 'build_cache'];

async function findFault(folder: string): Promise<string | undefined> {
  const isLeftOut = (reason: string) => `the public cache is left out: ${reason}`;
  try {
    const names = await readdir(folder);
    if (layouts.some((layout) => names.includes(layout))) return undefined;
    return isLeftOut(`${folder} holds no packages of Spack`);
  } catch (cause) {
    return isLeftOut(explainUnreadable(folder, cause as NodeJS.ErrnoException));
  }
}

const publicKey = /^-----BEGIN PGP PUBLIC KEY BLOCK-----$/m;

async function readKey(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(`the key of a public cache, ${file},`, cause), {
      hint: 'correct spack.public_caches in the config',
      cause,
    });
  });
  if (publicKey.test(text) && !text.includes('PRIVATE KEY')) return text;
  throw new AppError('CONFIG_INVALID', `${file} is no public key of a public cache`, {
    hint: '`gpg --armor --export NAME` writes one',
  });
}
