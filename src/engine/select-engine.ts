import { AppError } from '../errors/app-error.ts';
import type { CallOptions, Engine, EngineKind } from './port.ts';

/**
 * The engine of that kind; with `auto` the first that can be used.
 *
 * @param engines In the order in which `auto` tries them.
 * @throws ENGINE_UNAVAILABLE - it cannot be used; with `auto`: none can
 */
export async function selectEngine(
  kind: EngineKind | 'auto',
  engines: readonly Engine[],
  options: CallOptions = {},
): Promise<Engine> {
  const faults: string[] = [];
  let hint = 'run `cic doctor`';
  for (const engine of engines.filter((candidate) => kind === 'auto' || candidate.kind === kind)) {
    const status = await engine.check(options);
    if (status.usable) return engine;
    faults.push(`${engine.kind}: ${status.reason}`);
    ({ hint } = status);
  }
  const subject = kind === 'auto' ? 'no engine can be used' : `the engine ${kind} cannot be used`;
  throw new AppError('ENGINE_UNAVAILABLE', [subject, ...faults].join('\n'), { hint });
}
