/** One entry of apt's sources: where packages of some suites come from. @see sources.list(5) */
export type AptSource = {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of the keyring that signs it. */
  readonly signedBy?: string;
};

/** Reads the deb822 form (`*.sources`); entries that are disabled or only for sources are left out. */
export function parseDeb822Sources(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = parseStanza(stanza);
    const wordsOf = (name: string) => fields.get(name)?.split(/\s+/).filter(Boolean) ?? [];
    if (fields.get('enabled') === 'no' || !wordsOf('types').includes('deb')) return [];
    const signedBy = fields.get('signed-by');
    return [
      {
        uris: wordsOf('uris'),
        suites: wordsOf('suites'),
        components: wordsOf('components'),
        ...(signedBy?.startsWith('/') && { signedBy }),
      },
    ];
  });
}

/** Reads the one-line form (`sources.list`). */
export function parseOneLineSources(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^#\s]+)*)/.exec(line);
    const [, options = '', uri, suite, components = ''] = match ?? [];
    if (uri === undefined || suite === undefined) return [];
    const signedBy = /(?:^|\s)signed-by=(\/\S+)/.exec(options)?.[1];
    return [
      {
        uris: [uri],
        suites: [suite],
        components: components.split(/\s+/).filter(Boolean),
        ...(signedBy !== undefined && { signedBy }),
      },
    ];
  });
}

/**
 * The entries that serve a suite with its updates and security fixes, each cut down to the suites that
 * belong to it. Entries of other archives (backports, vendors' own) are left out.
 */
export function selectSources(sources: readonly AptSource[], suite: string): AptSource[] {
  const wanted = new Set([suite, `${suite}-updates`, `${suite}-security`]);
  return sources.flatMap((source) => {
    const suites = source.suites.filter((name) => wanted.has(name));
    const isDistribution = source.components.includes('main');
    return suites.length === 0 || !isDistribution ? [] : [{ ...source, suites }];
  });
}

/** The sources of another suite of the same distribution, from the same mirrors. */
export function renameSuite(sources: readonly AptSource[], from: string, to: string): AptSource[] {
  return sources.map((source) => ({
    ...source,
    suites: source.suites.map((name) =>
      name === from || name.startsWith(`${from}-`) ? to + name.slice(from.length) : name,
    ),
  }));
}

/** Text for a `.sources` file. */
export function formatDeb822Sources(sources: readonly AptSource[]): string {
  return sources
    .map(({ uris, suites, components, signedBy }) =>
      [
        'Types: deb',
        `URIs: ${uris.join(' ')}`,
        `Suites: ${suites.join(' ')}`,
        `Components: ${components.join(' ')}`,
        ...(signedBy === undefined ? [] : [`Signed-By: ${signedBy}`]),
        '',
      ].join('\n'),
    )
    .join('\n');
}

export type SplitCredentials = {
  readonly sources: readonly AptSource[];
  /** In the format of `apt_auth.conf(5)`; empty when no address holds credentials. */
  readonly aptAuth: string;
};

/** Takes user names and passwords out of the addresses, so that they do not end in an image. */
export function splitCredentials(sources: readonly AptSource[]): SplitCredentials {
  const auth = new Set<string>();
  const clean = sources.map((source) => ({
    ...source,
    uris: source.uris.map((uri) => {
      const url = URL.canParse(uri) ? new URL(uri) : undefined;
      if (url === undefined || (url.username === '' && url.password === '')) return uri;
      const machine = `${url.protocol}//${url.host}${url.pathname}`;
      auth.add(
        `machine ${machine} login ${decodeURIComponent(url.username)} password ${decodeURIComponent(url.password)}\n`,
      );
      return machine;
    }),
  }));
  return { sources: clean, aptAuth: [...auth].join('') };
}

function parseStanza(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let current = '';
  for (const line of stanza.split('\n')) {
    const field = /^([\w-]+):\s*(.*)$/.exec(line);
    if (field?.[1] !== undefined) {
      current = field[1].toLowerCase();
      fields.set(current, (field[2] ?? '').trim());
    } else if (/^\s+\S/.test(line) && current !== '') {
      fields.set(current, `${fields.get(current)} ${line.trim()}`);
    }
  }
  return fields;
}
