import type { PathExtension } from '../../step/environment-variable.ts';
import { type Fragment, formatCopy, formatLabels } from '../dockerfile.ts';
import type { GeneratedFile } from '../recipe.ts';

const profileScript = 'z10_spack_environment.sh';

/** `/etc/profile` sets PATH anew in login shells; this puts the image's own folders back around it. */
export function planProfileScript({ before, after }: PathExtension): GeneratedFile[] {
  if (before.length + after.length === 0) return [];
  const path = [...before, '$PATH', ...after].join(':');
  const content = `# Login shells get the PATH of the image's configuration back.\nexport PATH="${path}"\n`;
  return [{ path: profileScript, content }];
}

/**
 * Ends the image: profile script, labels, and an entrypoint that passes its arguments on unchanged.
 * The labels come last because they change with every commit and must not invalidate a layer.
 */
export function planFinish(
  labels: Readonly<Record<string, string>>,
  files: readonly GeneratedFile[],
): Fragment[] {
  const copies = files.map(({ path }) => formatCopy([path], `/etc/profile.d/${path}`));
  return [
    {
      stage: 'finish',
      comment: 'how the image is run, and what it is',
      instructions: [
        ...copies,
        `ENTRYPOINT ${JSON.stringify(['/bin/sh', '-c', 'exec "$@"', 'sh'])}`,
        `CMD ${JSON.stringify(['/bin/bash'])}`,
        formatLabels(labels),
      ],
    },
  ];
}
