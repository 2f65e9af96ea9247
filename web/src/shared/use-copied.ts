import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';

const shownMs = 2_000;

/** Copies, and says for a moment how it went. */
export function useCopied(text: string) {
  const [result, setResult] = useState<'none' | 'copied' | 'refused'>('none');
  useEffect(() => {
    if (result === 'none') return;
    const timer = setTimeout(() => setResult('none'), shownMs);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = async () => setResult((await copyText(text)) ? 'copied' : 'refused');
  return { result, copy } as const;
}
