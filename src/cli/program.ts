import { Command } from 'commander';
import { readVersion } from '../version.ts';
import type { CliContext } from './io.ts';

type Register = (program: Command, context: CliContext, argv: readonly string[]) => void;

type LazyCommand = { readonly summary: string; readonly load: () => Promise<Register> };

/** Only the command that was asked for is loaded: a start costs what it uses. */
const commands: Readonly<Record<string, LazyCommand>> = {
  build: {
    summary: 'build the image of a request, and its SIF',
    load: async () => (await import('./commands/build.ts')).registerBuild,
  },
  validate: {
    summary: 'show all problems of a step folder, a request or another file of CIC',
    load: async () => (await import('./commands/validate.ts')).registerValidate,
  },
  login: {
    summary: 'log in to a service',
    load: async () => (await import('./commands/login.ts')).registerLogin,
  },
  list: {
    summary: 'list the builds of a service',
    load: async () => (await import('./commands/list.ts')).registerList,
  },
  status: {
    summary: 'show a build of a service',
    load: async () => (await import('./commands/status.ts')).registerStatus,
  },
  logs: {
    summary: 'print the log of a build of a service',
    load: async () => (await import('./commands/logs.ts')).registerLogs,
  },
  cancel: {
    summary: 'stop a build of a service',
    load: async () => (await import('./commands/cancel.ts')).registerCancel,
  },
  download: {
    summary: 'download the SIF of a build of a service',
    load: async () => (await import('./commands/download.ts')).registerDownload,
  },
  serve: {
    summary: 'run the service: REST API and builds for many users',
    load: async () => (await import('./commands/serve.ts')).registerServe,
  },
  backup: {
    summary: 'write the database of the service into a file',
    load: async () => (await import('./commands/backup.ts')).registerBackup,
  },
  restore: {
    summary: 'put a backup into the data folder of a service',
    load: async () => (await import('./commands/backup.ts')).registerRestore,
  },
  retention: {
    summary: 'remove what is older or larger than the configuration allows',
    load: async () => (await import('./commands/retention.ts')).registerRetention,
  },
  config: {
    summary: 'print the complete configuration, and where its values come from',
    load: async () => (await import('./commands/config.ts')).registerConfig,
  },
  sif: {
    summary: 'create, inspect and verify SIF files',
    load: async () => (await import('./commands/sif.ts')).registerSif,
  },
  'run-line': {
    summary: 'print the command line that runs an image on its machine',
    load: async () => (await import('./commands/run-line.ts')).registerRunLine,
  },
  machines: {
    summary: 'list the HPC systems and CPU microarchitectures that images can be built for',
    load: async () => (await import('./commands/machines.ts')).registerMachines,
  },
  doctor: {
    summary: 'show what is installed, what is missing and what mends it',
    load: async () => (await import('./commands/doctor.ts')).registerDoctor,
  },
  schema: {
    summary: 'print the JSON Schema of a kind of file, for editors',
    load: async () => (await import('./commands/schema.ts')).registerSchema,
  },
  completion: {
    summary: 'print what completes command lines of cic in a shell',
    load: async () => {
      const { registerCompletion } = await import('./commands/completion.ts');
      return (program, context) => registerCompletion(program, context, () => createFullProgram(context));
    },
  },
};

/** The program with the command that the arguments name; the other ones are there for `--help` only. */
export async function createProgram(argv: readonly string[], context: CliContext): Promise<Command> {
  const program = new Command('cic')
    .description('Builds HPC-ready container images for a chosen machine: OCI image and Singularity SIF.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  for (const [name, { summary, load }] of Object.entries(commands)) {
    if (argv[0] === name) (await load())(program, context, argv);
    else program.command(name).description(summary);
  }
  return program;
}

/** The program with all its commands and their options. */
async function createFullProgram(context: CliContext): Promise<Command> {
  const program = new Command('cic').helpOption('-h, --help').version(readVersion(), '-V, --version');
  for (const { load } of Object.values(commands)) (await load())(program, context, []);
  return program;
}
