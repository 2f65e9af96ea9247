import { readFileSync } from 'node:fs';

/**
 * True while a process with this id runs, whoever owns it. One that has ended but that its parent has
 * not waited for yet (a zombie) is not alive: in containers nobody may ever wait for it.
 *
 * @see proc(5), /proc/pid/stat, field 3
 */
export function isProcessAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const state = stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
