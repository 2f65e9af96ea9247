import { expect, test } from 'vitest';
import { formatCommand } from './command.ts';
import { isProcessAlive } from './process-alive.ts';
import { run, startProcess } from './run.ts';

const node = process.execPath;

test('a command hands out its lines as they come and its whole output at the end', async () => {
  const lines: string[] = [];
  const script = 'process.stdout.write("a\\nb"); process.stderr.write("c\\n")';
  const result = await run(
    { file: node, args: ['-e', script] },
    { onLine: (line, stream) => lines.push(`${stream} ${line}`) },
  );
  expect(result).toEqual({ exitCode: 0, stdout: 'a\nb', stderr: 'c\n' });
  expect(lines.sort()).toEqual(['stderr c', 'stdout a', 'stdout b']);
});

test('an argument with shell metacharacters reaches the program unchanged', async () => {
  const odd = '$(id) `id` "; rm -rf /';
  const result = await run({ file: node, args: ['-p', 'process.argv[1]', odd] });
  expect(result.stdout).toBe(`${odd}\n`);
});

test('a failing command names its exit code and quotes its last lines', async () => {
  const failing = run({ file: node, args: ['-e', 'console.error("no such package"); process.exit(3)'] });
  await expect(failing).rejects.toMatchObject({
    code: 'EXEC_FAILED',
    details: { exitCode: 3, lastLines: ['no such package'] },
  });
});

test('a program that is not installed is told apart from one that failed', async () => {
  await expect(run({ file: 'no-such-program', args: [] })).rejects.toMatchObject({ code: 'EXEC_NOT_FOUND' });
});

test('cancelling ends grandchildren too', async () => {
  const controller = new AbortController();
  let grandchildPid = 0;
  const running = run(
    { file: 'sh', args: ['-c', 'sleep 60 & echo $!; wait'] },
    {
      signal: controller.signal,
      onLine: (line) => {
        grandchildPid = Number(line);
        controller.abort();
      },
    },
  );
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(grandchildPid).toBeGreaterThan(0);
  await expect.poll(() => isProcessAlive(grandchildPid)).toBe(false);
});

test('a process that outlives its time limit is ended', async () => {
  const slow = run({ file: 'sleep', args: ['60'] }, { timeoutMs: 50 });
  await expect(slow).rejects.toMatchObject({ code: 'EXEC_TIMEOUT' });
});

test('a streaming process reads its input and writes its output as bytes', async () => {
  const process = startProcess({ file: 'cat', args: [] });
  process.stdin.end(Buffer.from([0, 255, 10]));
  const chunks = await process.stdout.toArray();
  await process.done;
  expect(Buffer.concat(chunks)).toEqual(Buffer.from([0, 255, 10]));
});

test('a command is shown the way a person would type it', () => {
  expect(formatCommand({ file: 'git', args: ['log', "it's", 'a b'] })).toBe(`git log 'it'\\''s' 'a b'`);
});
