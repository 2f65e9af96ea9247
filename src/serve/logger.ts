import { type Logger, pino } from 'pino';

/** Lines of JSON on standard output, as log collectors take them. Credentials never reach it: headers are not logged. */
export function createLogger(name: 'service' | 'worker'): Logger {
  return pino({
    name,
    level: process.env['CIC_LOG_LEVEL'] ?? 'info',
    base: { name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
