import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Adds up what the suites reported: `N passed, N failed`, and what was skipped. */
const folder = process.argv[2] ?? '.';
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(await readFile(join(folder, name), 'utf8')) as Record<string, number>;
  total.passed += report['numPassedTests'] ?? 0;
  total.failed += report['numFailedTests'] ?? 0;
  total.skipped += (report['numPendingTests'] ?? 0) + (report['numTodoTests'] ?? 0);
}
const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`;
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
