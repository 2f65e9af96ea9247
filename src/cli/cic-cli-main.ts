import { runCicCli } from './cic-cli.ts';
import { catchSignals } from './signals.ts';

const signals = catchSignals();
process.exitCode = await runCicCli(process.argv.slice(2), process, signals.signal);
signals.stop();
