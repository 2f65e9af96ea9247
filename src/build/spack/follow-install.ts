import type { EngineEvent, EngineEventListener } from '../../engine/events.ts';
import type { LockNode } from '../../spack/lock.ts';
import { builtNodes } from '../../spack/lock-nodes.ts';
import { createProgressReader, type PackageEvent } from '../../spack/progress.ts';

/** How scripts in the image (`image-scripts/`) warn. */
const warning = /^cic: warning: (.+)$/;

/**
 * Tells how far an installation is, from what Spack prints: package n of m, and how long the rest took
 * when it was built before. Warnings of the scripts around Spack are passed on.
 *
 * @param known Seconds that packages took, by name.
 */
export function followInstall(
  nodes: readonly LockNode[],
  known: ReadonlyMap<string, number>,
  emit: EngineEventListener,
): { readonly onEvent: EngineEventListener; readonly times: ReadonlyMap<string, number> } {
  const packages = builtNodes(nodes);
  const reader = createProgressReader({ packages });
  const waiting = new Set(packages.map(({ name }) => name));
  const times = new Map<string, number>();
  const report = (event: PackageEvent) => {
    if (event.kind === 'package-installed') {
      waiting.delete(event.name);
      if (event.seconds !== undefined && !event.fromCache) times.set(event.name, event.seconds);
    }
    const { installed: current, total } = event;
    const remainingSeconds = sumKnown(waiting, known);
    emit({
      kind: 'progress',
      stage: 'spack',
      current,
      total,
      unit: 'packages',
      item: describe(event),
      ...(remainingSeconds !== undefined && { remainingSeconds }),
    });
  };
  const onEvent = (event: EngineEvent) => {
    emit(event);
    if (event.kind !== 'log' || event.stage !== 'spack') return;
    for (const news of reader.push(event.line)) report(news);
    const [, message] = warning.exec(event.line) ?? [];
    if (message !== undefined) emit({ kind: 'warning', message });
  };
  return { onEvent, times };
}

function describe(event: PackageEvent): string {
  const name = event.version === undefined ? event.name : `${event.name}@${event.version}`;
  return event.kind === 'package-phase' ? `${name} ${event.phase}` : name;
}

/** Undefined when nothing is known of any of them. */
function sumKnown(names: ReadonlySet<string>, known: ReadonlyMap<string, number>): number | undefined {
  const seconds = [...names].flatMap((name) => known.get(name) ?? []);
  return seconds.length === 0 ? undefined : Math.round(seconds.reduce((sum, some) => sum + some, 0));
}
