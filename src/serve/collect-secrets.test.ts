import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Config } from '../config/config.ts';
import { createMask } from '../service/log/mask-secrets.ts';
import { collectSecrets } from './collect-secrets.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('secrets of files and addresses are found, in the forms that programs print', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cic-secrets-'));
  try {
    const auth = { auths: { 'registry:5000': { auth: base64('robot:registry-secret') } } };
    await writeFile(join(folder, 'auth.json'), JSON.stringify(auth));
    await writeFile(join(folder, 'apt.conf'), 'machine deb.example login apt password apt-secret\n');
    const config = {
      registry: { prefix: 'registry:5000', credentialsFile: join(folder, 'auth.json') },
      network: {
        proxy: { http: 'http://proxy-user:proxy%2Fsecret@proxy:3128' },
        aptAuthFile: join(folder, 'apt.conf'),
      },
      spack: { cacheCredentialsFile: join(folder, 'missing.json') },
      service: { databaseUrl: 'postgres://cic:database-secret@db/cic' },
    } as unknown as Config;
    const mask = createMask(await collectSecrets(config));
    for (const text of [
      'registry-secret',
      base64('robot:registry-secret'),
      'apt-secret',
      base64('apt:apt-secret'),
      'proxy/secret',
      'proxy%2Fsecret',
      base64('proxy-user:proxy/secret'),
      'database-secret',
    ])
      expect(mask(`<${text}>`)).toBe('<***>');
  } finally {
    await rm(folder, { recursive: true });
  }
});
