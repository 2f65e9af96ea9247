import type { ImageConfig } from '../../oci/image-config.ts';
import { formatEnvironmentScript, readEnvironment } from './environment.ts';
import { formatRunscript } from './runscript.ts';

/** A file, folder or link that Apptainer expects in every root file system. */
export type ContainerFile =
  | { readonly kind: 'file'; readonly path: string; readonly content: string; readonly mode: number }
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

export type ContainerMetadata = {
  readonly labels: Readonly<Record<string, string>>;
  /** Text that `apptainer inspect --deffile` shows. */
  readonly definition: string;
};

/** Written over whatever the image has at these paths. */
export function planContainerFiles(config: ImageConfig, metadata: ContainerMetadata): ContainerFile[] {
  const script = (path: string, content: string): ContainerFile => ({
    kind: 'file',
    path,
    content,
    mode: 0o755,
  });
  const environment = readEnvironment(config);
  return [
    ...['.singularity.d', '.singularity.d/actions', '.singularity.d/env', '.singularity.d/libs'].map(
      directory,
    ),
    ...Object.entries(actions).map(([name, content]) => script(`.singularity.d/actions/${name}`, content)),
    script('.singularity.d/env/01-base.sh', '#!/bin/sh\n'),
    script('.singularity.d/env/10-docker2singularity.sh', formatEnvironmentScript(environment)),
    script('.singularity.d/env/90-environment.sh', '#!/bin/sh\n'),
    script('.singularity.d/env/94-appsbase.sh', '#!/bin/sh\n'),
    script('.singularity.d/env/95-apps.sh', '#!/bin/sh\n'),
    script('.singularity.d/env/99-base.sh', hostLibraries),
    script('.singularity.d/env/99-runtimevars.sh', userPaths),
    script('.singularity.d/runscript', formatRunscript(config)),
    script('.singularity.d/startscript', '#!/bin/sh\n'),
    { kind: 'file', path: '.singularity.d/labels.json', content: formatJson(metadata.labels), mode: 0o644 },
    { kind: 'file', path: '.singularity.d/Singularity', content: metadata.definition, mode: 0o644 },
    { kind: 'link', path: '.exec', target: '.singularity.d/actions/exec' },
    { kind: 'link', path: '.run', target: '.singularity.d/actions/run' },
    { kind: 'link', path: '.shell', target: '.singularity.d/actions/shell' },
    { kind: 'link', path: '.test', target: '.singularity.d/actions/test' },
    { kind: 'link', path: 'environment', target: '.singularity.d/env/90-environment.sh' },
    { kind: 'link', path: 'singularity', target: '.singularity.d/runscript' },
  ];
}

/** Written only where the image has nothing: Apptainer mounts over them. */
export function planMountPoints(): ContainerFile[] {
  const empty = (path: string): ContainerFile => ({ kind: 'file', path, content: '', mode: 0o644 });
  return [
    ...['dev', 'etc', 'home', 'proc', 'root', 'sys', 'var'].map(directory),
    { kind: 'directory', path: 'tmp', mode: 0o1777 },
    { kind: 'directory', path: 'var/tmp', mode: 0o1777 },
    empty('etc/hosts'),
    empty('etc/resolv.conf'),
  ];
}

function directory(path: string): ContainerFile {
  return { kind: 'directory', path, mode: 0o755 };
}

export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, '\t')}\n`;
}

/** Apptainer has these built in; they serve runtimes that start the scripts in the image. */
const loadEnvironment = `#!/bin/sh
for script in /.singularity.d/env/*.sh; do
    [ ! -f "$script" ] || . "$script"
done
`;

const actions = {
  exec: `${loadEnvironment}exec "$@"\n`,
  run: `${loadEnvironment}exec /.singularity.d/runscript "$@"\n`,
  shell: `${loadEnvironment}exec "\${SINGULARITY_SHELL:-/bin/sh}" "$@"\n`,
  start: `${loadEnvironment}exec /.singularity.d/startscript "$@"\n`,
  test: `${loadEnvironment}exit 0\n`,
};

/** Host libraries that \`--nv\` and \`--rocm\` bind are found last. */
const hostLibraries = `#!/bin/sh
LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/.singularity.d/libs"
PS1="Apptainer> "
export LD_LIBRARY_PATH PS1
`;

/** What the user asks for with \`--env PATH=…\`, PREPEND_PATH and APPEND_PATH. */
const userPaths = `#!/bin/sh
[ -z "\${SING_USER_DEFINED_PREPEND_PATH:-}" ] || PATH="\${SING_USER_DEFINED_PREPEND_PATH}:\${PATH}"
[ -z "\${SING_USER_DEFINED_APPEND_PATH:-}" ] || PATH="\${PATH}:\${SING_USER_DEFINED_APPEND_PATH}"
[ -z "\${SING_USER_DEFINED_PATH:-}" ] || PATH="\${SING_USER_DEFINED_PATH}"
unset SING_USER_DEFINED_PREPEND_PATH SING_USER_DEFINED_APPEND_PATH SING_USER_DEFINED_PATH
export PATH
`;
