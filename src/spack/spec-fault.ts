import type { SpecToken } from './scan-spec.ts';

/** What is wrong with a word of a spec, and what to write instead. */
export type SpecFault = { readonly message: string; readonly hint: string };

/** `compss==3.1`, which pip would take: Spack reads a variant that nothing has. */
export function describeTwoSigns(text: string, name: string, version: string): SpecFault {
  return {
    message: `"${text}" sets a variant and names no package`,
    hint: `did you mean ${name}@${version}?`,
  };
}

export function describeSecondName(token: SpecToken, text: string, hasVersion: boolean): SpecFault {
  const name = token.text;
  if (/^\d[\d.]*$/.test(name) && !hasVersion) {
    return { message: `"${name}" is no package`, hint: `did you mean ${textBefore(token, text)}@${name}?` };
  }
  return {
    message: `"${name}" is a second package in one spec`,
    hint: `write +${name} for a variant, ^${name} for a dependency, or a line of its own for another package`,
  };
}

export function describeBadArchitecture(value: string): SpecFault {
  return {
    message: `"${value}" is no architecture`,
    hint: 'write arch=platform-os-target, such as arch=linux-debian12-zen2, or target=zen2 alone',
  };
}

/** @param token - of the kind `broken-setting` */
export function describeBrokenSetting({ text, groups }: SpecToken): SpecFault {
  const [name = '', operator = '', rest = ''] = groups;
  const [first = ''] = rest;
  if (first === '"' || first === "'") {
    return { message: `the quote after ${name}= is not closed`, hint: `end the value with ${first}` };
  }
  if (operator === '==' && /^\d/.test(rest)) return describeTwoSigns(text, name, rest);
  return rest === ''
    ? { message: `${name} has no value`, hint: `write ${name}${operator}value without blanks` }
    : { message: `there are blanks in "${text}"`, hint: `write ${name}${operator}${rest}` };
}

const hints: Readonly<Record<string, string>> = {
  '@': 'write a version after @: @1.2, @1.2: for it and newer ones, @:1.2 for it and older ones',
  '+': 'write the name of a variant after +',
  '~': 'write the name of a variant after ~',
  "'": 'put quotes around the value only: name="value with blanks"',
  '"': 'put quotes around the value only: name="value with blanks"',
  '[': 'write brackets after ^ or % only',
};

/** @param token - of the kind `unexpected` */
export function describeUnexpected(token: SpecToken, text: string): SpecFault {
  const message = `"${token.text}" has no meaning in a spec`;
  const [first = ''] = token.text;
  const [, sign = '', version = ''] = /^([<>]=?)\s*([\w.-]+)/.exec(text.slice(token.offset)) ?? [];
  if (version === '') {
    return { message, hint: hints[first] ?? 'write name@version +variant name=value ^dependency %compiler' };
  }
  const range = sign.startsWith('>') ? `${version}:` : `:${version}`;
  return { message, hint: `did you mean ${textBefore(token, text)}@${range}?` };
}

function textBefore({ offset }: SpecToken, text: string): string {
  return text.slice(0, offset).trim();
}
