import type { BuildStore, ChangeFeed } from '../../service/ports.ts';
import { toFrozenBuild } from './status.ts';

const maxEntries = 10_000;

/**
 * Answers polls from memory: every change of a build is announced by the database, so that what is kept is at most
 * some milliseconds old. While changes may be missed nothing is kept.
 */
export type StatusCache = {
  /** The answer as JSON text, where it is kept. */
  recall(id: string): string | undefined;
  /** The answer as JSON text; undefined for an unknown id. */
  find(id: string): Promise<string | undefined>;
};

export function createStatusCache(builds: Pick<BuildStore, 'find'>, changes: ChangeFeed): StatusCache {
  const texts = new Map<string, string>();
  let generation = 0;
  changes.subscribe((change) => {
    generation += 1;
    if (change.kind === 'build') texts.delete(change.id);
    if (change.kind === 'reconnected') texts.clear();
  });
  const recall = (id: string) => (changes.isConnected ? texts.get(id) : undefined);
  return {
    recall,
    async find(id) {
      const kept = recall(id);
      if (kept !== undefined) return kept;
      const started = generation;
      const build = await builds.find(id);
      if (build === undefined) return undefined;
      const text = JSON.stringify(toFrozenBuild(build));
      // What changed while the row was read must not be kept.
      if (changes.isConnected && generation === started) keep(id, text);
      return text;
    },
  };

  function keep(id: string, text: string): void {
    if (texts.size >= maxEntries) texts.clear();
    texts.set(id, text);
  }
}
