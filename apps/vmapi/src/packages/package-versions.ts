/**
 * Orders version texts: numbers as numbers, a pre-release (`-rc1`) before its release, and whatever else by its letters.
 * Source: semver 2.0.0 §11, forgiving about the number of parts.
 */
export function compareVersions(a: string, b: string): number {
  const [mainA, preA] = split(a);
  const [mainB, preB] = split(b);
  return compareParts(mainA, mainB) || Number(preA === undefined) - Number(preB === undefined) || compareParts(preA ?? '', preB ?? '');
}

function split(version: string): [string, string | undefined] {
  const bare = version.split('+')[0]!;
  const dash = bare.indexOf('-');
  return dash < 0 ? [bare, undefined] : [bare.slice(0, dash), bare.slice(dash + 1)];
}

function compareParts(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) continue;
    const bothNumbers = /^\d+$/.test(x) && /^\d+$/.test(y);
    const order = bothNumbers ? Number(x) - Number(y) : x < y ? -1 : 1;
    if (order !== 0) return order;
  }
  return 0;
}
