type Fault = { readonly message: string; readonly hint: string };

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Line breaks and other control characters; a tab is none of them. */
const controlPattern = /[\0-\x08\x0A-\x1F\x7F]/;

/** A folder that a shell script can hold in double quotes as it is. */
const folderPattern = /^\/[^"$`\\:]*$/;

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a shell takes.
const ownPath = ['$PATH', '${PATH}'];

/**
 * What is wrong with a variable for the image's configuration, or undefined. Values are literal: a `$` in
 * them stays. Only `PATH` is extended: folders before and after `$PATH`, which must be there.
 *
 * @see POSIX.1-2017, Base Definitions 8.1: names of environment variables
 */
export function checkVariable(name: string, value: unknown): Fault | undefined {
  if (!namePattern.test(name)) {
    return {
      message: `${JSON.stringify(name)} is no name of a variable`,
      hint: 'use letters, digits and _, and no digit first',
    };
  }
  if (typeof value !== 'string') return checkType(value);
  if (controlPattern.test(value)) {
    return {
      message: 'has a line break or another control character',
      hint: 'the variables of an image are single lines: put longer texts into a file of the step',
    };
  }
  if (name === 'PATH') return checkPath(value);
  if (new RegExp(String.raw`\$(?:${name}\b|\{${name}\})`).test(value)) {
    return { message: `$${name} is not expanded`, hint: 'values are literal: write the whole value' };
  }
  return undefined;
}

export type PathExtension = {
  /** Folders that are searched first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
};

/** The folders that a step's `PATH` puts before and after the image's own. */
export function parsePathExtension(value: string): PathExtension {
  const parts = value.split(':');
  const own = parts.findIndex((part) => ownPath.includes(part));
  return { before: parts.slice(0, own), after: parts.slice(own + 1) };
}

function checkPath(value: string): Fault | undefined {
  const parts = value.split(':');
  const isOwn = (part: string) => ownPath.includes(part);
  if (parts.filter(isOwn).length !== 1) {
    return {
      message: 'must extend $PATH, once',
      hint: 'write /opt/tool/bin:$PATH: without it nothing in the image is found',
    };
  }
  const fault = parts.find((part) => !isOwn(part) && !folderPattern.test(part));
  if (fault === undefined) return undefined;
  return {
    message: `${JSON.stringify(fault)} is no absolute folder`,
    hint: 'write folders that begin with / and have no quote, $, ` or \\ in them',
  };
}

function checkType(value: unknown): Fault {
  if (typeof value === 'number' || typeof value === 'boolean') {
    return { message: `must be a text, not ${value}`, hint: `put it in quotes: "${value}"` };
  }
  const isEmpty = value === null || value === undefined;
  return {
    message: `must be a text, not ${isEmpty ? 'empty' : 'a list or mapping'}`,
    hint: isEmpty ? 'write "" for an empty value' : 'a variable has one value',
  };
}
