/** Source: RFC 4180, with `\n` at the end of a line, as other tools of a shell expect. */
export function csv(rows: readonly (readonly string[])[]): string[] {
  return rows.map((row) => row.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','));
}
