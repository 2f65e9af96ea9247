import { useEffect, useRef, useState } from 'react';
import { isActive } from '../api/builds.ts';
import type { Build } from '../api/client.ts';
import { announce } from './announce.ts';
import type { Timeline } from './timeline.ts';

/** Stages that the cache has go by in moments: only where the build is after them is said. */
const settleMs = 1_500;

/** What is to be said of a build now; empty for one that had ended before somebody looked. */
export function useAnnouncement(build: Build, timeline: Timeline): string {
  const [said, setSaid] = useState('');
  const wasActive = useRef(isActive(build));
  const text = announce(build, timeline);
  useEffect(() => {
    if (!wasActive.current) return;
    const timer = setTimeout(() => setSaid(text), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  return said;
}
