/** As a word of a shell: names of files and addresses seldom need quotes, and get them only then. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

type Download = {
  readonly url: string;
  readonly filename: string;
  /** 64 hex digits. */
  readonly sha256: string;
  /** Whose password curl asks for; null: those without one show a token. */
  readonly userName: string | null;
};

/**
 * Goes on where it was interrupted, and says whether the file is what it should be. The sum has the last word: of a file
 * that is complete there is nothing to go on with, which curl takes for an error (416).
 */
export function formatCurl({ url, filename, sha256, userName }: Download): string {
  const user = userName === null ? '"$CIC_TOKEN:"' : quoteWord(userName);
  const [file, address] = [quoteWord(filename), quoteWord(url)];
  return [
    `curl -f --retry 5 -C - -u ${user} -o ${file} ${address}`,
    `echo ${quoteWord(`${sha256}  ${filename}`)} | sha256sum -c`,
  ].join('\n');
}
