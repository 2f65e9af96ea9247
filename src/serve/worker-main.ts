/**
 * The worker process: takes builds from the queue until the service ends it. It is a process of its own, so that a
 * conversion that uses every core, or a crash, is not felt by those who poll.
 *
 * @module
 */
import { runWorker } from './worker.ts';

process.exitCode = await runWorker(process);
