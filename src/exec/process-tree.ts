import { readdirSync, readFileSync } from 'node:fs';

/** A process, told apart from a later one that got the same id. */
export type ProcessIdentity = { readonly pid: number; readonly startTime: string };

type ProcessStat = ProcessIdentity & { readonly parent: number; readonly session: number };

/**
 * The living descendants of a process, and whatever else runs in the sessions that they lead: a child
 * that moved to a session of its own is found, one whose parent is gone as well as long as it has not
 * done both. Synchronous, because it has to be known before the first signal is sent.
 *
 * @see proc(5), /proc/pid/stat
 */
export function listProcessTree(root: number): ProcessIdentity[] {
  const found = new Set([root]);
  let others = readAllStats().filter(({ pid }) => pid !== root);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent, session } of others) {
      if (found.has(parent) || found.has(session)) found.add(pid);
    }
  }
  others = others.filter(({ pid }) => found.has(pid));
  return others.map(({ pid, startTime }) => ({ pid, startTime }));
}

/**
 * Kills those processes, and what they started between being listed and being killed: it has no parent any
 * more, but is in the session of one of them.
 */
export function killProcesses(listed: readonly ProcessIdentity[]): void {
  const sessions = new Set(listed.map(({ pid }) => pid));
  let alive = listed;
  for (let round = 0; round < maxRounds && alive.length > 0; round++) {
    signalProcesses(alive, 'SIGKILL');
    alive = readAllStats().filter(({ session }) => sessions.has(session));
  }
}

/** What is left then starts processes faster than they can be killed. */
const maxRounds = 20;

/** Signals those processes that are still the ones that were listed. */
export function signalProcesses(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): void {
  for (const { pid, startTime } of processes) {
    if (readStat(pid)?.startTime === startTime) signalProcess(pid, signal);
  }
}

/** Signals a process, or a process group when `pid` is negative; one that is gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

function readAllStats(): ProcessStat[] {
  return listPids().flatMap((pid) => readStat(pid) ?? []);
}

function listPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Zombies count as gone: they wait for their parent to ask how they ended. */
function readStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The program's name may hold blanks and parentheses; fields count from the last one: 3 state, 4 parent…
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  const startTime = fields[19];
  if (state === 'Z' || startTime === undefined) return undefined;
  return { pid, startTime, parent: Number(parent), session: Number(session) };
}
