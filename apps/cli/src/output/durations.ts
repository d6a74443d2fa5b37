const units = [
  ['y', 31_536_000],
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** How old something is, in its largest whole unit: `2s`, `3w`. What lies in the future is `0s` old. */
export function age(sinceMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - sinceMs) / 1000));
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? ['s', 1];
  return `${Math.floor(seconds / length)}${unit}`;
}

/** How long something took, in its two largest units: `21s`, `1m5s`, `2h3m`; below a second `84ms`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = Math.floor(ms / 1000);
  const at = units.findIndex(([, size]) => seconds >= size);
  const [unit, length] = units[at]!;
  const smaller = units[at + 1];
  const rest = smaller ? Math.floor((seconds % length) / smaller[1]) : 0;
  return `${Math.floor(seconds / length)}${unit}${rest > 0 ? `${rest}${smaller![0]}` : ''}`;
}
