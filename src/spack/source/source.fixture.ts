import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PreparedSpack } from './prepare-spack.ts';

export type Files = Readonly<Record<string, string>>;

export async function writeFiles(folder: string, files: Files): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, path.startsWith('bin/') ? { mode: 0o755 } : {});
  }
  return folder;
}

/** What CIC looks at in a Spack checkout; its program prints `output` whatever it is asked. */
export function spackFiles(version: string, { api = '(2, 4)', output = '' } = {}): Files {
  const isOld = version.startsWith('0.');
  return {
    'bin/spack': `#!/bin/sh\ncat <<'END'\n${output}\nEND\n`,
    'lib/spack/spack/__init__.py': `__version__ = "${version}"\nspack_version = __version__\n${isOld ? '' : `package_api_version = ${api}\n`}`,
  };
}

export const packagesFiles: Files = {
  'repos/spack_repo/builtin/repo.yaml': 'repo:\n  namespace: builtin\n  api: v2.2\n',
};

/** A catalogue of before Spack 1.0: capitals in the namespace, an underscore in a name. */
export const catalogueFiles: Files = {
  'repo.yaml': 'repo:\n  namespace: eflows4HPC \n',
  'cfg/packages.yaml': 'packages: {}\n',
  'packages/old_tool/package.py':
    "from spack import *\n\nclass OldTool(Package):\n    depends_on('a@1: ^b@2:', type=('run'))  # both\n",
  'packages/old_tool/old.patch': 'a patch\n',
  'packages/new-tool/package.py': 'from spack.package import *\n\nclass NewTool(Package):\n    pass\n',
};

export function makeSpack(folder: string, version = '1.1.1'): PreparedSpack {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const repo = {
    folder: '/builtin',
    namespace: 'builtin',
    api: [2, 2],
    packagesFolder: '/builtin/packages',
  } as const;
  return major === 0
    ? { folder, version, major, minor }
    : { folder, version, major, minor, packageApi: [2, 4], packages: repo };
}
