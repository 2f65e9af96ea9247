import { runCicCli } from './cic-cli.ts';
import { catchSignals, endWithoutReader } from './signals.ts';

endWithoutReader(process.stdout);
const signals = catchSignals();
process.exitCode = await runCicCli(process.argv.slice(2), process, signals.signal);
signals.stop();
