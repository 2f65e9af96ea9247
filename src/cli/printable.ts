/** What an image says was written by others: it must not speak to the terminal. */
export function toPrintable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '?');
}
