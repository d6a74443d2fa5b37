import { crc32 } from '@nereid/driver';

/** One record as it lies in the journal: `<crc32 of the JSON, 8 hex> <JSON>\n`. */
export function toLine(record: unknown): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/** The record of a line without its newline; undefined when it is not what was written. */
export function fromLine(line: string): unknown {
  const json = line.slice(9);
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function checksum(json: string): string {
  return crc32(Buffer.from(json, 'utf8')).toString(16).padStart(8, '0');
}
