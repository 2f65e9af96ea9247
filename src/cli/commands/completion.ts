import { Argument, type Command } from 'commander';
import { type CompletionEntry, formatBash, formatFish, formatZsh } from '../completion.ts';
import type { CliContext } from '../io.ts';

const formats = { bash: formatBash, zsh: formatZsh, fish: formatFish } as const;

/** @param createFull The program with every command: only this command needs it. */
export function registerCompletion(
  program: Command,
  { stdout }: CliContext,
  createFull: () => Promise<Command>,
): void {
  program
    .command('completion')
    .summary('print what completes command lines of cic in a shell')
    .description(
      'Prints a script that lets a shell complete the commands and options of cic:\n\n' +
        '  bash:  cic completion bash > ~/.local/share/bash-completion/completions/cic\n' +
        '  zsh:   cic completion zsh > a folder of $fpath/_cic\n' +
        '  fish:  cic completion fish > ~/.config/fish/completions/cic.fish',
    )
    .addArgument(new Argument('<shell>', 'kind of shell').choices(Object.keys(formats)))
    .action(async (shell: keyof typeof formats) => {
      stdout.write(formats[shell](toEntries(await createFull())));
    });
}

/** Every command with what may follow it; the program itself has no words before it. */
function toEntries(command: Command, words: readonly string[] = []): CompletionEntry[] {
  const help = command.createHelp();
  const own: CompletionEntry = {
    words,
    commands: command.commands.map((sub) => ({
      name: sub.name(),
      summary: sub.summary() || sub.description().split('\n')[0] || '',
    })),
    options: help
      .visibleOptions(command)
      .map(({ short, long, description, argChoices, required, optional }) => ({
        names: [short, long].filter((name) => name !== undefined),
        summary: description,
        takesValue: required || optional,
        choices: argChoices ?? [],
      })),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  return [own, ...command.commands.flatMap((sub) => toEntries(sub, [...words, sub.name()]))];
}
