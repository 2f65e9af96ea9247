import { expect, test } from 'vitest';
import { planGit } from './git.ts';

test('a secret is in the environment of git and not in its arguments', () => {
  const command = planGit(['fetch'], { authorization: 'Basic c2VjcmV0' });
  expect(JSON.stringify([command.file, command.args])).not.toContain('c2VjcmV0');
  expect(Object.values(command.env ?? {})).toContain('Authorization: Basic c2VjcmV0');
});

test('git never prompts, and variables of a git around us do not reach it', () => {
  const { env } = planGit(['fetch'], {});
  expect(env).toMatchObject({ GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'file:https:ssh' });
  expect(env).toHaveProperty('GIT_DIR', undefined);
});

test('the site’s settings win', () => {
  const environment = { GIT_SSL_CAINFO: '/ca.pem', GIT_SSH_COMMAND: 'ssh -i key' };
  expect(planGit([], { environment }).env).toMatchObject(environment);
});

test('a lock is held by the kernel while git runs', () => {
  const { file, args } = planGit(['fetch'], { lockFile: '/c.lock' });
  expect([file, ...args.slice(0, 3)]).toEqual(['flock', '--no-fork', '/c.lock', 'git']);
});
