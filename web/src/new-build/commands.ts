import type { BuildRequest } from '../api/requests.ts';

export type Caller = {
  /** Of the service, with its base path. */
  readonly service: string;
  readonly userName: string;
};

export function formatRequest(request: BuildRequest): string {
  return JSON.stringify(request, undefined, 2);
}

/** A request by curl, which asks for the password. */
export function formatCurl(request: BuildRequest, { service, userName }: Caller): string {
  return [
    `curl -u ${quote(userName)} ${quote(`${service}/api/v1/builds`)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quote(JSON.stringify(request))}`,
  ].join('\n');
}

/** A request by the command line of CIC, which waits for the build, and takes the SIF home where there is one. */
export function formatCic(request: BuildRequest, { service }: Caller, hasSif: boolean): string {
  return [
    `cat > request.json <<'END'`,
    formatRequest(request),
    'END',
    `cic build --remote --service ${quote(service)} -r request.json ${hasSif ? '--download' : '--wait'}`,
  ].join('\n');
}

/** A word that a POSIX shell reads back unchanged. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
