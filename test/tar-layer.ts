import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Header, pack } from 'tar-stream';

/** A member of a hand-made archive; `pax` records are written as they are. */
export type Member = Partial<Header> & { readonly name: string } & { readonly content?: string };

/** Writes members that no `tar` would make of a folder: names that leave it, times before 1970… */
export async function writeArchive(path: string, members: readonly Member[]): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(path));
  for (const { content = '', ...headers } of members) {
    archive.entry({ mtime: new Date('2023-01-02T03:04:05Z'), ...headers }, content);
  }
  archive.finalize();
  await written;
}
