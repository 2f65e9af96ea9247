import { type RefObject, useEffect, useRef, useState } from 'react';
import { type DescribeField, toFieldProps } from './field-props.tsx';
import type { BuildForm } from './form.ts';
import type { FieldName, FieldNotes } from './problems.ts';

export type ShownNotes = {
  readonly describe: DescribeField;
  /** Shows what is wrong with fields too that nobody has touched, and leads to the first of them. */
  readonly showAll: () => void;
};

/** Notes appear beside fields that have something in them or were left; the rest is told when the build is asked for. */
export function useShownNotes(
  form: BuildForm,
  notes: FieldNotes,
  container: RefObject<HTMLElement | null>,
): ShownNotes {
  const [left, setLeft] = useState<ReadonlySet<FieldName>>(new Set());
  const [timesAsked, setTimesAsked] = useState(0);
  /** Who goes on with the form is not led away from where they type. */
  const leadsToFaultOf = useRef<BuildForm>(null);
  useEffect(() => {
    if (leadsToFaultOf.current !== form) return;
    const fault = container.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (!fault) return;
    leadsToFaultOf.current = null;
    fault.focus();
  });
  const describe: DescribeField = (name, hint) => {
    const value = name === 'form' ? '' : form[name];
    const isShown = timesAsked > 0 || value !== '' || left.has(name);
    const onBlur = () => {
      if (!left.has(name)) setLeft(new Set([...left, name]));
    };
    return toFieldProps(isShown ? notes[name] : undefined, hint, onBlur);
  };
  const showAll = () => {
    leadsToFaultOf.current = form;
    setTimesAsked(timesAsked + 1);
  };
  return { describe, showAll };
}
