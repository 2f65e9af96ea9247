import { VisuallyHidden } from '@mantine/core';

/** A screen reader hears a change of a region that it knew before. */
const settleMs = 100;

let region: HTMLElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells screen readers what was done. Its place is outside of the pages: the row that it is about may be gone with all that was in it. */
export function say(words: string): void {
  region ??= createRegion();
  const place = region;
  place.textContent = '';
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.textContent = words;
  }, settleMs);
}

function createRegion(): HTMLElement {
  const created = document.createElement('div');
  created.className = VisuallyHidden.classes['root'] ?? '';
  created.setAttribute('role', 'status');
  document.body.append(created);
  return created;
}
