import type { Mount } from './dockerfile.ts';
import { secretIds } from './recipe.ts';

/** What the site's builds need to reach the network; proxies come as the predefined build arguments. */
export type SiteNetwork = {
  /** The site has certificate authorities of its own: the engine offers them as {@link secretIds.caBundle}. */
  readonly hasCaBundle: boolean;
  /** The site's package mirrors ask for credentials: the engine offers {@link secretIds.aptAuth}. */
  readonly hasAptAuth: boolean;
};

/** How a RUN gets at the site's network settings: as secrets, neither in a layer nor in the cache key. */
export type SiteAccess = {
  readonly mounts: readonly Mount[];
  /** Script lines to run first. */
  readonly script: readonly string[];
};

const caVariables = [
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
];

export function planSiteAccess(network: SiteNetwork): SiteAccess {
  const exports = network.hasCaBundle ? caVariables.map((name) => `${name}=${secretPath('caBundle')}`) : [];
  return {
    mounts: [
      ...(network.hasCaBundle ? [mountSecret('caBundle')] : []),
      ...(network.hasAptAuth ? [mountSecret('aptAuth')] : []),
    ],
    script: exports.length === 0 ? [] : [`export ${exports.join(' \\\n        ')}`],
  };
}

/** World-readable while mounted where apt needs it: its download methods run as the user `_apt`. */
export function mountSecret(secret: keyof typeof secretIds): Mount {
  const mode = secret === 'caBundle' ? '0444' : '0400';
  return { type: 'secret', id: secretIds[secret], target: secretPath(secret), mode };
}

export function secretPath(secret: keyof typeof secretIds): string {
  return `/run/${secretIds[secret]}`;
}
