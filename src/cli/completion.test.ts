import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runForTest } from './cli.fixture.ts';

type Shell = 'bash' | 'zsh' | 'fish';

function hasShell(shell: Shell): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

/** What a real shell offers for a line whose last word is being typed. */
async function complete(shell: Shell, words: readonly string[]): Promise<string[]> {
  const { stdout: script, exitCode } = await runForTest(['completion', shell]);
  expect(exitCode).toBe(0);
  const calls: Record<Shell, string> = {
    bash: `eval "$SCRIPT"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cic; printf '%s\\n' "\${COMPREPLY[@]}"`,
    zsh:
      `compdef() { : }; eval "$SCRIPT"; _describe() { print -l -- \${\${(P)2}%%:*} }; _files() { print FILES }; ` +
      'compadd() { shift; print -l -- "$@" }; words=("$@"); CURRENT=$#; _cic',
    fish: 'echo $SCRIPT | source; complete -C (string join " " -- $argv) | string replace -r "\\t.*" ""',
  };
  const args = shell === 'fish' ? ['-c', calls.fish, ...words] : ['-c', calls[shell], shell, ...words];
  const run = spawnSync(shell, args, { encoding: 'utf8', env: { ...process.env, SCRIPT: script } });
  expect(run.stderr).toBe('');
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  const place = { skip: !hasShell(shell) };

  test(`${shell} completes commands, and those below them`, place, async () => {
    const commands = await complete(shell, ['cic', 'l']);
    expect(commands).toEqual(expect.arrayContaining(['list', 'login', 'logs']));
    expect(await complete(shell, ['cic', 'sif', ''])).toEqual(
      expect.arrayContaining(['create', 'inspect', 'verify']),
    );
  });

  test(`${shell} completes options and their values`, place, async () => {
    expect(await complete(shell, ['cic', 'build', '--'])).toEqual(
      expect.arrayContaining(['--remote', '--wait']),
    );
    expect(await complete(shell, ['cic', 'list', '--state', ''])).toEqual(
      expect.arrayContaining(['queued', 'timed_out']),
    );
    expect(await complete(shell, ['cic', 'completion', ''])).toEqual(
      expect.arrayContaining(['bash', 'fish', 'zsh']),
    );
  });
}

test('bash offers only what begins as the word does', async () => {
  expect(await complete('bash', ['cic', 'can'])).toEqual(['cancel']);
  expect(await complete('bash', ['cic', 'build', '--dow'])).toEqual(['--download']);
  expect(await complete('bash', ['cic', 'build', '--engine', 'bui'])).toEqual(['buildah', 'buildx']);
});
