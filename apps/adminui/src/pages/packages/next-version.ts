/** The version after this one: its last number plus one, or `.1` behind it when it ends in none. */
export function nextVersion(version: string): string {
  const [, before, number] = /^(.*?)(\d+)$/.exec(version) ?? [];
  return number === undefined ? `${version}.1` : `${before}${Number(number) + 1}`;
}
