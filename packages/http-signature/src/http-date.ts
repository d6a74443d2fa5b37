const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const rfc1123 = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC)$/;
const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/**
 * Reads the instant of a Date header, ms since 1970; undefined when it is none. Besides RFC 7231's `… GMT` it takes `… UTC`, which
 * clients written in Go send, and ISO 8601 in UTC. Written out because Date.parse also takes local times and other surprises.
 */
export function parseHttpDate(text: string): number | undefined {
  const match = rfc1123.exec(text);
  if (match) {
    const month = months.indexOf(match[2]!.toLowerCase());
    const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((index) => Number(match[index])) as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (month < 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
    return Date.UTC(year, month, day, hour, minute, second);
  }
  if (!iso.test(text)) return undefined;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}
