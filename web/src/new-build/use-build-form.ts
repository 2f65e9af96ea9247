import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { useSearch } from '../shared/use-search.ts';
import { readForm, writeForm } from './address.ts';
import { type BuildForm, fieldsOfSystem } from './form.ts';
import { findSystem } from './machines.ts';

const typingMs = 300;

export type FormControl = {
  readonly form: BuildForm;
  readonly change: (changed: Partial<BuildForm>) => void;
  /** Takes over a machine by the name of a system, or takes the name away and leaves what it stood for. */
  readonly chooseSystem: (name: string) => void;
};

/** The form, which the address follows: it can be kept and sent, and the way back finds the form as it was. */
export function useBuildForm(machines: Schemas['Machines'], initial?: BuildForm): FormControl {
  const [search, changeSearch] = useSearch();
  const [begin] = useState(initial);
  const [form, setForm] = useState(() => begin ?? readForm(search, machines));
  const address = search.toString();
  const known = useRef(address);
  const tell = useDebouncedCallback((next: BuildForm) => {
    const written = writeForm(next, machines);
    known.current = written.toString();
    changeSearch(written, { replace: true });
  }, typingMs);
  useEffect(() => {
    if (begin !== undefined) tell(begin);
  }, [begin, tell]);
  useEffect(() => {
    if (address === known.current) return;
    known.current = address;
    tell.cancel();
    setForm(readForm(new URLSearchParams(address), machines));
  }, [address, machines, tell]);
  const change = (changed: Partial<BuildForm>) => {
    const next = { ...form, ...changed };
    setForm(next);
    tell(next);
  };
  const chooseSystem = (name: string) => {
    const system = findSystem(machines, name);
    change({ system: name, ...(system !== undefined && fieldsOfSystem(system)) });
  };
  return { form, change, chooseSystem };
}
