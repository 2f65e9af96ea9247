import { quoteForShell } from '../shell/quote.ts';
import { aptCache } from './caches.ts';
import { type SiteNetwork, secretPath } from './site-network.ts';

const folder = `${aptCache}/cic`;
const config = `${folder}/apt.conf`;

/** Package lists, for a script that wants to know whether there are any. */
export const aptLists = `${folder}/lists`;

/**
 * Script lines after which every apt in the RUN, also one in a step's own script, keeps its downloads
 * and lists in the cache mount and reaches the mirrors the way the site does.
 *
 * @see apt.conf(5): APT_CONFIG is read last
 */
export function enterApt(network: SiteNetwork): string[] {
  const settings = [
    `Dir::Cache::archives "${folder}/archives";`,
    `Dir::State::lists "${aptLists}";`,
    ...(network.hasCaBundle ? [`Acquire::https::CAInfo "${secretPath('caBundle')}";`] : []),
    ...(network.hasAptAuth ? [`Dir::Etc::netrc "${secretPath('aptAuth')}";`] : []),
  ];
  return [
    `mkdir -p ${folder}/archives/partial ${aptLists}/partial`,
    `printf '%s\\n' ${settings.map(quoteForShell).join(' \\\n        ')} > ${config}`,
    `export APT_CONFIG=${config} DEBIAN_FRONTEND=noninteractive`,
  ];
}
