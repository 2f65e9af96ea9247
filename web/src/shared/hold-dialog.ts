import { createContext, useContext, useEffect } from 'react';

/** Told whether the dialog around may close by other ways than its own buttons. */
export const HoldDialog = createContext<(isHeld: boolean) => void>(() => undefined);

/** Keeps the dialog open while this is shown: what is lost with it cannot be seen again. */
export function useHeldDialog(): void {
  const hold = useContext(HoldDialog);
  useEffect(() => {
    hold(true);
    return () => hold(false);
  }, [hold]);
}
