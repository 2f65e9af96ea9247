import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../src/exec/run.ts';

export type SignedCache = {
  /** A folder with the packages of an image's environment, signed by Spack, and with an index of them. */
  readonly folder: string;
  /** The public key of who signed them, and one of somebody else. */
  readonly key: string;
  readonly otherKey: string;
};

const script = `set -e
makeKey() {
  export GNUPGHOME=/tmp/$1 SPACK_GNUPGHOME=/tmp/$1
  mkdir -m 700 "$GNUPGHOME"
  gpg --batch --quiet --passphrase '' --quick-gen-key "$1 <$1@example.invalid>" default default never
  gpg --armor --export >"/signed/$1.asc"
}
makeKey stranger
makeKey others
mkdir /tmp/config
printf 'bootstrap:\\n  enable: true\\n  sources:: []\\n' >/tmp/config/bootstrap.yaml
/opt/spack/bin/spack -C /opt/cic/config -C /software-catalog/cfg -C /opt/cic/site -C /tmp/config \\
  -e /opt/spack-environment buildcache push --update-index --key others file:///signed/cache
`;

/** @param image Of buildah, with its build tools: Spack, and packages that it installed. */
export async function signPackages(image: string, folder: string): Promise<SignedCache> {
  await mkdir(folder, { recursive: true });
  const { stdout } = await run({ file: 'buildah', args: ['from', '--pull-never', image] });
  const container = stdout.trim();
  const args = ['run', '--isolation=chroot', '--volume', `${folder}:/signed`, container, '--', 'bash', '-c'];
  try {
    await run({ file: 'buildah', args: [...args, script] });
  } finally {
    await run({ file: 'buildah', args: ['rm', container] });
  }
  return {
    folder: join(folder, 'cache'),
    key: join(folder, 'others.asc'),
    otherKey: join(folder, 'stranger.asc'),
  };
}
