import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { adminPassword, startService, type TestService } from '../test/service.ts';
import { formatTable, median } from './measure.ts';

/** Downloads of a large file against nginx, and what many of them at a time cost in memory. Needs nginx and curl. */
const rounds = Number(process.env['CIC_BENCH_ROUNDS'] ?? 5);
const sizeBytes = 2 * 2 ** 30;
const name = 'bench.sif';
const parallel = 20;

const service = await startService();
try {
  await publish(service);
  const nginx = await startNginx(join(service.data, 'images'));
  const urls = { nginx: `${nginx.url}/${name}`, cic: `${service.origin}/images/download/${name}` };
  // Once each, so that the file is in the page cache for both.
  await Promise.all(Object.values(urls).map(download));
  const rates: Record<string, number[]> = { nginx: [], cic: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [who, url] of Object.entries(urls)) rates[who]?.push(await download(url));
  }
  nginx.stop();
  const [theirs, ours] = [median(rates['nginx'] ?? []), median(rates['cic'] ?? [])];
  const before = readResidentMb();
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, readResidentMb());
  }, 50);
  await Promise.all(Array.from({ length: parallel }, () => download(urls.cic)));
  clearInterval(sampling);
  const row = [
    theirs.toFixed(0),
    ours.toFixed(0),
    (ours / theirs).toFixed(2),
    '≥ 0.8',
    (peak - before).toFixed(0),
    '< 50',
  ];
  console.log(
    formatTable(
      ['nginx, MB/s', 'cic, MB/s', 'ratio', 'target', `growth with ${parallel}, MB`, 'target'],
      [row],
    ),
  );
} finally {
  await service.remove();
}

/** Puts a file where a build would, and into the database. */
async function publish({ data }: TestService): Promise<void> {
  spawnSync('dd', [
    'if=/dev/urandom',
    `of=${join(data, 'images', name)}`,
    'bs=1M',
    `count=${sizeBytes / 2 ** 20}`,
  ]);
  const password = (await readFile(join(data, 'postgresql-18.password'), 'utf8')).trim();
  const client = new Client({
    host: join(data, 'postgresql-run'),
    user: 'cic',
    database: 'postgres',
    password,
  });
  await client.connect();
  const values = ['bench:latest', name, '0'.repeat(64), sizeBytes];
  await client.query(
    `insert into images (reference, sif_filename, sif_sha256, sif_size_bytes, manifest_digest, recipe_digest, published_at)
     values ($1, $2, $3, $4, 'sha256:0', 'sha256:0', now() + interval '1 minute')`,
    values,
  );
  await client.end();
}

/** @returns MB/s */
function download(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const args = ['--silent', '--fail', '--output', '/dev/null', '--write-out', '%{speed_download}'];
    const child = spawn('curl', [...args, '--user', `admin:${adminPassword}`, '--noproxy', '*', url]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('close', (code) =>
      code === 0 ? resolve(Number(output) / 1e6) : reject(new Error(`curl ${code}`)),
    );
  });
}

/** As Debian sets it up, but for the folder and the port. */
async function startNginx(folder: string) {
  const port = 18_000 + (process.pid % 1000);
  const config = join(service.data, 'nginx.conf');
  await writeFile(
    config,
    `user root; daemon off; pid ${config}.pid; error_log stderr error; events {}
     http { sendfile on; tcp_nopush on; access_log off; server { listen 127.0.0.1:${port}; root ${folder}; } }`,
  );
  const child = spawn('nginx', ['-c', config], { stdio: 'inherit' });
  await sleep(1000);
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

function readResidentMb(): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024;
}
