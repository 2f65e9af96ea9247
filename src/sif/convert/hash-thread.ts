import { parentPort, workerData } from 'node:worker_threads';
import { type HashTask, hashExtent } from './hash-file.ts';

/** What {@link hashInThread} runs. */
const hash = await hashExtent(workerData as HashTask);
parentPort?.postMessage(hash.digest('hex'));
