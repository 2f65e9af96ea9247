import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A workflow registry for tests, to which steps are added. */
export type TestRegistryFolder = {
  readonly folder: string;
  /** Adds a step that nothing of is cached, and says its name: `workflow/step`. */
  addStep(postInstall: string): Promise<string>;
  remove(): Promise<void>;
};

export async function createRegistryFolder(): Promise<TestRegistryFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-workflows-'));
  const workflow = `t${randomBytes(4).toString('hex')}`;
  let count = 0;
  return {
    folder,
    async addStep(postInstall) {
      count += 1;
      const step = `s${count}`;
      const path = join(folder, workflow, step);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, 'eflows4hpc.yaml'), 'apt: []\n');
      await writeFile(join(path, 'post_inst.sh'), `${postInstall}\n`);
      await writeFile(join(path, 'unique'), randomBytes(16).toString('hex'));
      return `${workflow}/${step}`;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
