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

test('cancelling ends grandchildren too, also one in a session of its own', async () => {
  const controller = new AbortController();
  const pids: number[] = [];
  const stubborn = `setsid sh -c 'trap "" TERM; echo $$; sleep 60'`;
  const running = run(
    { file: 'sh', args: ['-c', `sleep 60 & echo $!; ${stubborn} & wait`] },
    {
      signal: controller.signal,
      onLine: (line) => {
        pids.push(Number(line));
        if (pids.length === 2) controller.abort();
      },
    },
  );
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(pids).toHaveLength(2);
  await expect.poll(() => pids.map(isProcessAlive)).toEqual([false, false]);
});

test('what a process of another session starts while it is being ended does not outlive it', async () => {
  const controller = new AbortController();
  const busy = `setsid sh -c 'trap "" TERM; echo $$; i=0; while [ $i -lt 300 ]; do sleep 61.25 & i=$((i+1)); done; wait'`;
  const running = run(
    { file: 'sh', args: ['-c', `${busy} & wait`] },
    { signal: controller.signal, onLine: () => controller.abort() },
  );
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  const left = async () =>
    (await run({ file: 'pgrep', args: ['-f', 'sleep 61.25'] }, { acceptExitCodes: [0, 1] })).stdout;
  await expect.poll(left).toBe('');
});

test('what a killed command leaves in its process group is ended', async () => {
  let grandchildPid = 0;
  const running = run(
    { file: 'sh', args: ['-c', 'sleep 60 & echo $!; kill -9 $$'] },
    {
      onLine: (line) => {
        grandchildPid = Number(line);
      },
    },
  );
  await expect(running).rejects.toMatchObject({ code: 'EXEC_FAILED', details: { signal: 'SIGKILL' } });
  expect(grandchildPid).toBeGreaterThan(0);
  await expect.poll(() => isProcessAlive(grandchildPid)).toBe(false);
});

test('what runs for a process that is killed ends', async () => {
  const script = `import { run } from ${JSON.stringify(new URL('./run.ts', import.meta.url).href)};
    await run({ file: 'sh', args: ['-c', 'sleep 60 & echo $!; wait'] }, { onLine: (line) => console.log(process.pid, line) });`;
  let grandchildPid = 0;
  const victim = run(
    { file: node, args: ['--input-type=module', '-e', script] },
    {
      onLine: (line, stream) => {
        if (stream === 'stderr') return;
        const [victimPid, pid] = line.split(' ').map(Number);
        grandchildPid = pid ?? 0;
        process.kill(victimPid ?? Number.NaN, 'SIGKILL');
      },
    },
  );
  await expect(victim).rejects.toMatchObject({ details: { signal: 'SIGKILL' } });
  expect(grandchildPid).toBeGreaterThan(0);
  await expect.poll(() => isProcessAlive(grandchildPid)).toBe(false);
});

test('a process that outlives its time limit is ended', async () => {
  const slow = run({ file: 'sleep', args: ['60'] }, { timeoutMs: 50 });
  await expect(slow).rejects.toMatchObject({ code: 'EXEC_TIMEOUT' });
});

test('a working directory that is not there is not taken for a missing program', async () => {
  const running = run({ file: 'true', args: [], cwd: '/no/such/folder' });
  await expect(running).rejects.toMatchObject({
    code: 'EXEC_FAILED',
    message: expect.stringContaining('/no/such/folder'),
  });
});

test('of endless output only the end is kept', async () => {
  const script = 'for (let i = 0; i < 80; i++) process.stdout.write("x".repeat(2 ** 20)); console.log("end")';
  const { stdout } = await run({ file: node, args: ['-e', script] });
  expect(stdout.length).toBe(16 * 2 ** 20);
  expect(stdout.endsWith('end\n')).toBe(true);
});

test('a streaming process reads its input and writes its output as bytes', async () => {
  const process = startProcess({ file: 'cat', args: [] });
  process.stdin.end(Buffer.from([0, 255, 10]));
  const chunks = await process.stdout.toArray();
  await process.done;
  expect(Buffer.concat(chunks)).toEqual(Buffer.from([0, 255, 10]));
});

test('a command is shown the way a person would type it', () => {
  expect(formatCommand({ file: 'git', args: ['log', "it's", 'a b'] })).toBe(`git log 'it'"'"'s' 'a b'`);
});

test('a command whose signal is aborted already is not started', async () => {
  const cancelled = run({ file: 'no-such-program', args: [] }, { signal: AbortSignal.abort() });
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a cancelled command is cancelled even when it ends well', async () => {
  const controller = new AbortController();
  const polite =
    'process.on("SIGTERM", () => process.exit(0)); console.log("up"); setInterval(() => {}, 1000)';
  const running = run(
    { file: node, args: ['-e', polite] },
    { signal: controller.signal, onLine: () => controller.abort() },
  );
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
});
