/** How far back charts reach. By the second as long as seconds are kept, by the minute beyond. */
export const ranges = [
  { id: '2m', title: '2 min', seconds: 120, stepSeconds: 1 },
  { id: '10m', title: '10 min', seconds: 600, stepSeconds: 1 },
  { id: '1h', title: '1 h', seconds: 3_600, stepSeconds: 60 },
  { id: '6h', title: '6 h', seconds: 21_600, stepSeconds: 60 },
  { id: '24h', title: '24 h', seconds: 86_400, stepSeconds: 60 },
] as const;

export type Range = (typeof ranges)[number];

export function rangeOf(id: string | undefined): Range {
  return ranges.find((range) => range.id === id) ?? ranges[1];
}
