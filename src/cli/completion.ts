/** What can follow a command. */
export type CompletionEntry = {
  /** `['sif', 'create']`; empty for the program. */
  readonly words: readonly string[];
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletionOption[];
  /** Values of its arguments, where there are only some. */
  readonly choices: readonly string[];
};

export type CompletionOption = {
  readonly names: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  /** Values, where there are only some. */
  readonly choices: readonly string[];
};

/** A script for bash: words of a command are in it, so that pressing Tab starts no process. */
export function formatBash(entries: readonly CompletionEntry[]): string {
  const branches = entries.map((entry) => {
    const values = entry.options
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ names, choices }) =>
          `      ${names.join('|')}) values=${quote(choices.join(' '))}; wanted=value ;;`,
      );
    const words = [...namesOf(entry), ...entry.options.flatMap(({ names }) => names)];
    return [
      `    ${quote(entry.words.join(' '))})`,
      `      words=${quote(words.join(' '))}`,
      ...(values.length === 0
        ? []
        : ['      case $previous in', ...values.map((line) => `  ${line}`), '      esac']),
      '      ;;',
    ].join('\n');
  });
  return `# bash completion of cic; made by \`cic completion bash\`
_cic() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command='' word words='' values='' wanted=word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "\${command:+$command }$word" in
      ${pathsOf(entries).map(quote).join(' | ')}) command=\${command:+$command }$word ;;
      *) break ;;
    esac
  done
  case $command in
${branches.join('\n')}
  esac
  COMPREPLY=()
  if [[ $wanted == value && -z $values ]]; then
    compopt -o default 2>/dev/null
  elif [[ $wanted == value ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if [[ \${#COMPREPLY[@]} -eq 0 && $current != -* ]]; then compopt -o default 2>/dev/null; fi
  fi
}
complete -F _cic cic
`;
}

/** A script for zsh, with what each word means. */
export function formatZsh(entries: readonly CompletionEntry[]): string {
  const branches = entries.map((entry) => {
    const words = [
      ...entry.commands.map(({ name, summary }) => describe(name, summary)),
      ...entry.choices.map((choice) => describe(choice, '')),
    ];
    const options = entry.options.flatMap(({ names, summary }) =>
      names.map((name) => describe(name, summary)),
    );
    const values = entry.options
      .filter(({ takesValue }) => takesValue)
      .map(({ names, choices }) =>
        choices.length === 0
          ? `        ${names.join('|')}) _files; return ;;`
          : `        ${names.join('|')}) compadd -- ${choices.map(quote).join(' ')}; return ;;`,
      );
    return [
      `    ${quote(entry.words.join(' '))})`,
      ...(values.length === 0 ? [] : ['      case $previous in', ...values, '      esac']),
      `      names=(${words.join(' ')})`,
      `      options=(${options.join(' ')})`,
      '      ;;',
    ].join('\n');
  });
  return `#compdef cic
# zsh completion of cic; made by \`cic completion zsh\`
_cic() {
  local previous=\${words[CURRENT - 1]} command='' word index
  local -a names options
  for ((index = 2; index < CURRENT; index++)); do
    word=\${words[index]}
    case "\${command:+$command }$word" in
      ${pathsOf(entries)
        .map((path) => quote(path))
        .join(' | ')}) command=\${command:+$command }$word ;;
      *) break ;;
    esac
  done
  case $command in
${branches.join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe option options
  else
    (( \${#names} )) && _describe word names
    [[ -n $command ]] && _files
  fi
  return 0
}
if [[ \${funcstack[1]-} == _cic ]]; then _cic "$@"; else compdef _cic cic; fi
`;
}

/** A script for fish, with what each word means. */
export function formatFish(entries: readonly CompletionEntry[]): string {
  const lines = entries.flatMap((entry) => {
    const when = `-n ${quote(fishCondition(entry))}`;
    const words = [
      ...entry.commands.map(({ name, summary }) => `-a ${quote(name)} -d ${quote(summary)}`),
      ...entry.choices.map((choice) => `-a ${quote(choice)}`),
    ];
    return [
      ...words.map((word) => `complete -c cic -f ${when} ${word}`),
      ...entry.options.map((option) => `complete -c cic ${when} ${fishOption(option)}`),
    ];
  });
  return `# fish completion of cic; made by \`cic completion fish\`
${lines.join('\n')}
`;
}

function fishCondition({ words, commands }: CompletionEntry): string {
  if (words.length === 0) return '__fish_use_subcommand';
  const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
  if (commands.length === 0) return seen;
  return `${seen}; and not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}`;
}

function fishOption({ names, summary, takesValue, choices }: CompletionOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = takesValue ? (choices.length === 0 ? ['-r'] : ['-x', `-a ${quote(choices.join(' '))}`]) : [];
  return [...flags, ...value, `-d ${quote(summary)}`].join(' ');
}

function namesOf({ commands, choices }: CompletionEntry): string[] {
  return [...commands.map(({ name }) => name), ...choices];
}

/** Every command as it is typed. */
function pathsOf(entries: readonly CompletionEntry[]): string[] {
  return entries.filter(({ words }) => words.length > 0).map(({ words }) => words.join(' '));
}

/** `'name:what it does'`, as `_describe` takes it. */
function describe(name: string, summary: string): string {
  const text = `${name.replaceAll(':', '\\:')}${summary === '' ? '' : `:${summary}`}`;
  return quote(text.split('\n')[0] ?? '');
}

/** For every one of these shells. */
function quote(text: string): string {
  return `'${text.replaceAll('\n', ' ').replaceAll("'", "'\\''")}'`;
}
