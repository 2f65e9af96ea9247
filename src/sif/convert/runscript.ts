import type { ImageConfig } from '../../oci/image-config.ts';
import { quoteForShell } from '../../shell/quote.ts';

/**
 * The script behind `apptainer run`: entrypoint and arguments, or entrypoint and default command.
 *
 * The words of the image are literal; the user's arguments are evaluated by the shell unless
 * `--no-eval` is given, as in SIFs that Apptainer makes. The line with `eval` must stand exactly so:
 * Apptainer finds it and runs the script itself, which makes it work in images that have no shell.
 */
export function formatRunscript(config: ImageConfig): string {
  const entrypoint = formatWords(config.config?.Entrypoint);
  const command = formatWords(config.config?.Cmd);
  const fallback = entrypoint === '' && command === '' ? '/bin/sh' : command;
  return `#!/bin/sh
OCI_ENTRYPOINT=${quoteForShell(entrypoint)}
OCI_CMD=${quoteForShell(fallback)}

if [ -n "\${SINGULARITY_NO_EVAL:-}\${APPTAINER_NO_EVAL:-}" ]; then
    [ $# -gt 0 ] || set -- ${fallback}
    ${entrypoint === '' ? ':' : `set -- ${entrypoint} "$@"`}
    exec "$@"
fi

CMDLINE_ARGS=""
for arg in "$@"; do
    CMDLINE_ARGS="\${CMDLINE_ARGS} \\"$arg\\""
done
[ $# -gt 0 ] || CMDLINE_ARGS="\${OCI_CMD}"
SINGULARITY_OCI_RUN="\${OCI_ENTRYPOINT} \${CMDLINE_ARGS}"

eval "set \${SINGULARITY_OCI_RUN}"
exec "$@"
`;
}

function formatWords(words: readonly string[] | null | undefined): string {
  return (words ?? []).map(quoteForShell).join(' ');
}
