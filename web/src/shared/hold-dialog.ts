import { createContext, useContext, useEffect } from 'react';

/** Told whether the dialog around may close by other ways than its own buttons. */
export const HoldDialog = createContext<(isHeld: boolean) => void>(() => undefined);

/** Keeps the dialog open while this is shown, or while `isHeld`: what is lost with it cannot be seen again. */
export function useHeldDialog(isHeld = true): void {
  const hold = useContext(HoldDialog);
  useEffect(() => {
    hold(isHeld);
    return () => hold(false);
  }, [hold, isHeld]);
}

/**
 * Gives the focus to the dialog around an element that is about to go or to be disabled: it would fall to the page behind.
 * To none of its buttons: a key that is pressed twice would do that too.
 */
export function focusDialog(inside: Element | null): void {
  inside?.closest<HTMLElement>('[role="dialog"]')?.focus();
}
