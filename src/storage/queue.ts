import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss } from 'pg-boss';
import type { BuildQueue } from '../service/ports.ts';
import { type DatabaseAddress, type Transaction, toPoolConfig } from './database.ts';
import { createGroupSlots } from './group-slots.ts';
import { findJobGroup, jobTiers } from './job-group.ts';

export const queueName = 'builds';
/** pg-boss's own tables. */
const queueSchema = 'pgboss';

/** A worker that says nothing for so long is dead: pg-boss takes no less. */
const heartbeatSeconds = 10;
/** How often dead workers are looked for. */
const monitorSeconds = 1;
/** pg-boss takes no more; builds have time limits of their own. */
const expireSeconds = 24 * 3600;
/** CIC itself counts how often a build was interrupted: {@link BuildStore.claim}. */
const retryLimit = 10_000;
/** Where an announcement was missed; a job that is handed out again has none. */
const pollingSeconds = 1;

export type Queue = BuildQueue & {
  /** Adds a job for a build, in a transaction; a build has one job at most. */
  enqueue(tx: Transaction, buildId: string, ownerId: string): Promise<void>;
  /** Hands jobs out again that a worker has, or had. */
  retry(jobIds: readonly string[]): Promise<void>;
  /** Makes idle workers of this process look for builds at once. */
  wake(): void;
  close(): Promise<void>;
};

/**
 * The queue of builds in pg-boss, in the same database.
 *
 * @param role `worker`: also finds the jobs of dead workers.
 */
export async function openQueue(
  address: DatabaseAddress,
  { role, onError }: { readonly role: 'client' | 'worker'; readonly onError: (error: Error) => void },
): Promise<Queue> {
  const isWorker = role === 'worker';
  const boss = new PgBoss({
    ...toConnectionOptions(address),
    schema: queueSchema,
    max: isWorker ? 6 : 2,
    supervise: isWorker,
    schedule: false,
    monitorIntervalSeconds: monitorSeconds,
    superviseIntervalSeconds: monitorSeconds,
    registerInstance: false,
  });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(queueName, {
    policy: 'exclusive',
    // Its announcement would make requests wait for each other: the change feed wakes the workers.
    notify: false,
    heartbeatSeconds,
    expireInSeconds: expireSeconds,
    retryLimit,
    retryDelay: 0,
    deleteAfterSeconds: 24 * 3600,
    retentionSeconds: 365 * 24 * 3600,
  });
  const workIds = new Set<string>();
  return {
    wake() {
      for (const id of workIds) boss.notifyWorker(id);
    },
    async enqueue(tx, buildId, ownerId) {
      const group = await findJobGroup(tx, ownerId);
      const options = { singletonKey: buildId, ...(group && { group }), db: fromDrizzle(tx, sql) };
      await boss.send(queueName, { buildId, ownerId }, options);
    },
    async retry(jobIds) {
      if (jobIds.length > 0) await boss.fail(queueName, [...jobIds], { message: 'the worker was lost' });
    },
    async work({ concurrency, concurrencyOfOwner }, handle) {
      const options = {
        groupConcurrency: { default: concurrencyOfOwner, tiers: jobTiers },
        pollingIntervalSeconds: pollingSeconds,
      };
      const slots = createGroupSlots(concurrencyOfOwner);
      // One each: only the first worker of a group can be woken.
      for (let slot = 0; slot < concurrency; slot++) {
        const workId = await boss.work<{ buildId: string }>(queueName, options, async ([job]) => {
          if (job === undefined) return;
          const leave = slots.take(job);
          // It is handed out again when one of its group has ended.
          if (leave === undefined) throw new Error('its owner has as many builds running as allowed');
          try {
            await handle(job.data.buildId);
          } finally {
            leave();
            // The next build is looked for when one has ended, not when the second is over.
            boss.notifyWorker(workId);
          }
        });
        workIds.add(workId);
      }
      return { stop: () => boss.offWork(queueName, { wait: true }) };
    },
    close: () => boss.stop({ graceful: false }),
  };
}

function toConnectionOptions(address: DatabaseAddress) {
  const { connectionString, host, user, database, password } = toPoolConfig(address);
  if (connectionString !== undefined) return { connectionString };
  return { host, user, database, password } as Readonly<Record<string, string>>;
}
