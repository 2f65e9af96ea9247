import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config/service-schema.ts';

/** Lines of JSON on standard output, as log collectors take them. Credentials never reach it: headers are not logged. */
export function createLogger(name: 'service' | 'worker', level: LogLevel): Logger {
  return pino({
    name,
    level,
    base: { name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
