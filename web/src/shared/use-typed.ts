import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';

const typingMs = 300;

/**
 * A text that is told when the reader has stopped typing; it follows `value` when that changes otherwise. What was told
 * comes back as `value`, perhaps trimmed, when more may have been typed.
 */
export function useTyped(value: string, onChange: (value: string) => void) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next.trim();
    onChange(next);
  }, typingMs);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    tell.cancel();
    setText(value);
  }, [value, tell]);
  const change = (next: string) => {
    setText(next);
    tell(next);
  };
  return [text, change] as const;
}
