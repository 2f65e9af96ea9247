import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { AppError } from '../../errors/app-error.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';

export type TrustOptions = {
  /** File with more certificate authorities, PEM. */
  readonly ca?: string | undefined;
  /** Accepts any certificate. */
  readonly insecure?: boolean | undefined;
};

/**
 * Decides which servers this process believes: those of Node's own authorities and `NODE_EXTRA_CA_CERTS`, of the
 * system's, which a site adds its own to, and of a file.
 *
 * @throws FILE_UNREADABLE
 */
export async function trustAuthorities(url: string, { ca, insecure }: TrustOptions): Promise<void> {
  if (!url.startsWith('https:')) return;
  if (insecure) {
    // Node.js would warn of a variable that the user has not set.
    process.removeAllListeners('warning');
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    return;
  }
  const own = ca === undefined ? [] : splitBundle(await readBundle(ca));
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system'), ...own]);
}

function splitBundle(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

async function readBundle(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(file, cause), { cause });
  });
  if (splitBundle(text).length > 0) return text;
  throw new AppError('FILE_UNREADABLE', `${file} has no certificate`, { hint: 'it must be PEM' });
}
