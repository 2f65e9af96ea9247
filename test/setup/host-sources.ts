import { formatDeb822Sources } from '../../src/engine/base/apt-sources.ts';
import { readHostSources } from '../../src/engine/base/host-sources.ts';

/** Prints where this host would get a Debian suite from, without its updates, for mmdebstrap. */
const suite = process.argv[2] ?? 'bookworm';
const sources = await readHostSources(suite);
const own = sources.filter(({ suites }) => suites.includes(suite));
process.stdout.write(formatDeb822Sources(own.map((source) => ({ ...source, suites: [suite] }))));
