import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** TLS before a service, with a certificate that nobody knows. */
export type TlsProxy = {
  /** `https://127.0.0.1:PORT` */
  readonly origin: string;
  /** File with the certificate, PEM. */
  readonly ca: string;
  /** Breaks every connection that there is. */
  cut(): void;
  remove(): Promise<void>;
};

/** @param target `http://127.0.0.1:PORT` */
export async function startTlsProxy(target: string): Promise<TlsProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-tls-'));
  const [key, ca] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', ca], { stdio: 'ignore' });
  const server = createServer(
    { key: await readFile(key), cert: await readFile(ca) },
    (incoming, outgoing) => {
      const { method, headers, url } = incoming;
      const forwarded = request(new URL(url ?? '/', target), { method, headers }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
        reply.on('error', () => outgoing.destroy());
      });
      forwarded.on('error', () =>
        outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end(),
      );
      outgoing.on('close', () => forwarded.destroy());
      incoming.pipe(forwarded);
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca,
    cut: () => server.closeAllConnections(),
    async remove() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
