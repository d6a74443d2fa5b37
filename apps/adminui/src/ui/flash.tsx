import { useState, type ReactNode } from 'react';

/** Lets what it holds stand out for a moment whenever `value` is another than at first. */
export function Flash({ value, children }: { value: string; children: ReactNode }) {
  const [first] = useState(value);
  const [isChanged, setChanged] = useState(false);
  if (!isChanged && value !== first) setChanged(true);
  return (
    <span key={value} className={isChanged ? 'flash -mx-1 rounded px-1' : undefined}>
      {children}
    </span>
  );
}
