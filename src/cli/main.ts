import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Node.js keeps compiled modules in the user's own cache: its default lies in /tmp, where others could plant some.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cic', 'node'));

const { runCli } = await import('./run-cli.ts');
process.exitCode = await runCli(process.argv.slice(2), process);
