import { expect } from 'vitest';
import type { WireBuild } from '../src/api/v1/build-wire.ts';
import type { TestService } from './service.ts';

/** What a test asks for: the name of a step, or a whole request. */
export type Wanted = string | Readonly<Record<string, unknown>>;

export async function submit(service: TestService, wanted: Wanted): Promise<string> {
  const body = JSON.stringify(typeof wanted === 'string' ? toRequest(wanted) : wanted);
  const reply = await service.fetch('/build/', { method: 'POST', body });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { id: string }).id;
}

/** @param step `workflow/step` */
export function toRequest(step: string): Readonly<Record<string, unknown>> {
  const [workflow, stepId] = step.split('/');
  const machine = { platform: 'linux/amd64', architecture: 'none', container_engine: 'singularity' };
  return { machine, workflow, step_id: stepId };
}

export async function getBuild(service: TestService, id: string): Promise<WireBuild> {
  const reply = await service.fetch(`${service.api}/builds/${id}`);
  expect(reply.status).toBe(200);
  return (await reply.json()) as WireBuild;
}

/** Waits until a build is as wanted. */
export async function waitFor(
  service: TestService,
  id: string,
  { is, withinMs = 120_000 }: { readonly is: (build: WireBuild) => boolean; readonly withinMs?: number },
): Promise<WireBuild> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const build = await getBuild(service, id);
    if (is(build)) return build;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(build)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function hasEnded({ finished_at }: WireBuild): boolean {
  return finished_at !== null;
}

/** One server-sent event of a build's log. */
export type Message = {
  readonly id: number | undefined;
  readonly event: string;
  readonly data: { readonly at: string; readonly event: Readonly<Record<string, unknown>> };
};

export type Following = { readonly after?: number; readonly signal?: AbortSignal };

/** Messages as they come, until the service or the caller ends the connection. */
export async function* follow(service: TestService, id: string, { after, signal }: Following = {}) {
  const headers = { accept: 'text/event-stream', ...(after && { 'last-event-id': String(after) }) };
  const reply = await service.fetch(`${service.api}/builds/${id}/events`, {
    headers,
    ...(signal && { signal }),
  });
  expect(reply.headers.get('content-type')).toMatch('text/event-stream');
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of (reply.body ?? []) as AsyncIterable<Uint8Array>) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((part) => part.includes('data: ')).map(parseMessage);
  }
}

function parseMessage(text: string): Message {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
  const id = field('id');
  return {
    id: id === undefined ? undefined : Number(id),
    event: field('event') ?? '',
    data: JSON.parse(field('data') ?? '') as Message['data'],
  };
}

/** The whole log of a build that has ended; checks that its numbers have no gaps. */
export async function readLog(service: TestService, id: string): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for await (const message of follow(service, id)) messages.push(message);
  const numbers = messages.map((message) => message.id).filter((number) => number !== undefined);
  expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
  return messages;
}
