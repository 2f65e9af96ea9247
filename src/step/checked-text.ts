import { z } from 'zod';

/** What is wrong with a text, or undefined. */
export type Check = (text: string) => { readonly message: string; readonly hint: string } | undefined;

export function checkedText(check: Check) {
  return z.string().superRefine((text, context) => {
    const fault = check(text);
    if (fault) context.addIssue({ code: 'custom', message: fault.message, params: { hint: fault.hint } });
  });
}
