/** A measured value, and the target of docs/architecture.md §5 where there is one. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** ms, MiB, /s, commits … */
  readonly unit: string;
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
  /** What somebody must know who reads the value: how many samples, what was running. */
  readonly note?: string;
}

/** Whether a figure keeps its target; undefined when it has none. */
export function keepsTarget(figure: Figure): boolean | undefined {
  if (!figure.target) return undefined;
  return 'atMost' in figure.target ? figure.value <= figure.target.atMost : figure.value >= figure.target.atLeast;
}

/** The value below which the share `p` (0 to 1) of the samples lies (nearest rank). NaN for no samples. */
export function percentile(samples: readonly number[], p: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))]!;
}

/** Figures as a table with aligned columns. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    figure.target ? ('atMost' in figure.target ? `≤ ${figure.target.atMost}` : `≥ ${figure.target.atLeast}`) : '',
    { true: 'kept', false: 'MISSED', undefined: '' }[String(keepsTarget(figure)) as 'true'],
    figure.note ?? '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 1 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function round(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
