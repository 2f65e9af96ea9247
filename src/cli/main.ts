import { enableCompileCache } from 'node:module';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { readVersion } from '../version.ts';

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // Scripts ask this often: it needs none of what follows.
  process.stdout.write(`${readVersion()}\n`);
} else {
  // Blocks of a SIF are compressed in libuv's threads: 4 unless it is told before it starts the first one. More
  // of them than processors push each other's tables out of the cache (measured: 10 % of the time).
  process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(2, availableParallelism()));
  // Node.js keeps compiled modules in the user's own cache: its default lies in /tmp, where others could plant some.
  enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cic', 'node'));
  const { runCli } = await import('./run-cli.ts');
  const { endWithoutReader } = await import('./signals.ts');
  endWithoutReader(process.stdout);
  process.exitCode = await runCli(argv, process);
}
