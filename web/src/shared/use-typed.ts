import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

const typingMs = 300;

/** A text that is told when the reader has stopped typing; it follows `value` when that changes otherwise. */
export function useTyped(value: string, onChange: (value: string) => void) {
  const [text, setText] = useState(value);
  const tell = useDebouncedCallback(onChange, typingMs);
  useEffect(() => setText(value), [value]);
  const change = (next: string) => {
    setText(next);
    tell(next);
  };
  return [text, change] as const;
}
