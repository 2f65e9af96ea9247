import { createHash } from 'node:crypto';
import type { Problem } from '../errors/problem.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import { formatCanonicalJson } from '../recipe/canonical-json.ts';
import type { BuildRequest } from '../request/build-request.ts';
import type { NormalizedRequest } from '../request/normalize-request.ts';
import { parseRequestText, requireRequest } from '../request/parse-request.ts';
import type { BuildStore, Submission, SubmitLimits } from './ports.ts';

export type SubmitOptions = {
  readonly ownerId: string;
  readonly limits: SubmitLimits;
  readonly systems: readonly HpcSystem[];
  readonly store: Pick<BuildStore, 'submit'>;
  readonly newId: () => string;
  /** A dry run: resolve and plan only. */
  readonly isPlan?: boolean;
};

/**
 * Takes a request (JSON text) and queues its build; nothing is fetched or built here. A request equal to one in flight
 * gets that build.
 *
 * @throws REQUEST_INVALID - `details.problems` has every {@link Problem}
 * @throws QUOTA_EXCEEDED
 */
export async function submitBuild(
  text: string,
  { ownerId, limits, systems, store, newId, isPlan = false }: SubmitOptions,
): Promise<Submission & { readonly warnings: readonly Problem[] }> {
  const parsed = parseServiceRequest(text, systems);
  const request = requireRequest(parsed);
  const joinKey = toJoinKey(request, isPlan);
  const build = { id: newId(), ownerId, request: text, isPlan, joinKey, ...toColumns(request) };
  return { ...(await store.submit(build, limits)), warnings: parsed.problems };
}

/** A request that came over the network: its `path` would name a folder of the server and means nothing. */
export function parseServiceRequest(text: string, systems: readonly HpcSystem[]): NormalizedRequest {
  return parseRequestText(text, { systems });
}

/** Equal for requests for the same thing; `force` only says how. */
export function toJoinKey({ machine, source, push }: BuildRequest, isPlan = false): string {
  const wanted = { machine, source, push, ...(isPlan && { isPlan }) };
  return createHash('sha256').update(formatCanonicalJson(wanted)).digest('hex');
}

function toColumns({ machine, source }: BuildRequest) {
  const { system, requestedArchitecture } = machine;
  const named = { machine: system?.name ?? requestedArchitecture };
  if (source.kind === 'base') return { workflow: 'BASE', step: 'BASE', version: 'latest', ...named };
  return { workflow: source.workflow, step: source.stepId, version: source.version, ...named };
}
