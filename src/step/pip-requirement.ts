/**
 * The grammar of a requirement, as far as it can be checked without an index.
 *
 * @see PEP 508; PyPA specifications, Dependency specifiers and Version specifiers
 */
const name = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const extras = String.raw`\[\s*(?:${name}(?:\s*,\s*${name})*)?\s*\]`;
const clause = String.raw`(?:===\s*[^\s,;)]+|(?:~=|==|!=|<=|>=|<|>)\s*[A-Za-z0-9_.*+!-]+)`;
const clauses = String.raw`${clause}(?:\s*,\s*${clause})*\s*,?`;
const versions = String.raw`(?:${clauses}|\(\s*${clauses}\s*\))`;
const url = String.raw`(?:(?:git|hg|svn|bzr)\+)?(?:https?|ssh|file|git)://[^\s'"\\<>^{}|${'`'}]+`;

const operand = String.raw`(?:[a-z_.]+|'[^'\\]*'|"[^"\\]*")`;
const comparison = String.raw`${operand}\s*(?:===|~=|==|!=|<=|>=|<|>|not\s+in\b|in\b)\s*${operand}`;
const markerTerm = String.raw`\(*\s*${comparison}\s*\)*`;
const marker = String.raw`;\s*${markerTerm}(?:\s*\b(?:and|or)\b\s*${markerTerm})*\s*`;

const versioned = new RegExp(String.raw`^${name}\s*(?:${extras})?\s*(?:${versions})?\s*(?:${marker})?$`);
const direct = new RegExp(String.raw`^(?:${name}\s*(?:${extras})?\s*@\s*)?${url}(?:\s+${marker})?$`);

/** What is wrong with a requirement, or undefined. A bare URL is accepted, since pip accepts it. */
export function checkPipRequirement(
  text: string,
): { readonly message: string; readonly hint: string } | undefined {
  const fits = text.length <= 2_000 && !/[\0-\x1F\x7F]/.test(text);
  // Single blanks only: the pattern takes cubic time on long runs of them.
  const words = text.replaceAll(/ +/g, ' ');
  if (fits && (versioned.test(words) || direct.test(words))) return undefined;
  const message = `${JSON.stringify(text)} is no Python requirement`;
  if (text.startsWith('-')) {
    return { message, hint: 'options of pip are not allowed here: put them into requirements.txt' };
  }
  if (/^[\w.-]+=[^=]/.test(text))
    return { message, hint: `an exact version needs two signs: ${text.replace('=', '==')}` };
  if (/^[./~]/.test(text) || /\.(?:whl|tar\.gz|zip)$/.test(text)) {
    return { message, hint: 'files of the step are installed in post_inst.sh: python3 -m pip install .' };
  }
  if (/^[\w.-]+(?:\s+[A-Za-z0-9][\w.-]*)+$/.test(text)) {
    return { message, hint: 'give each requirement a line of its own' };
  }
  return {
    message,
    hint: 'write a requirement such as pandas>=1.5,<3 or name[extra]==1.0; python_version < "3.12"',
  };
}
