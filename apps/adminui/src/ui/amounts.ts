// How sizes and times are written. One way everywhere, so that columns can be compared at a glance.

const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** MiB as people read it: `512 MiB`, `1.5 GiB`, `2 TiB`. */
export function mebibytes(mib: number): string {
  if (mib < 1024) return `${whole.format(mib)} MiB`;
  if (mib < 1024 * 1024) return `${oneDecimal.format(mib / 1024)} GiB`;
  return `${oneDecimal.format(mib / 1024 / 1024)} TiB`;
}

export function gibibytes(gib: number): string {
  return mebibytes(gib * 1024);
}

export function bytes(size: number): string {
  if (size < 1024) return `${whole.format(size)} B`;
  if (size < 1024 * 1024) return `${oneDecimal.format(size / 1024)} KiB`;
  return mebibytes(size / 1024 / 1024);
}

/** A number with one decimal where it has one. */
export function decimal(n: number): string {
  return oneDecimal.format(n);
}

/** Percent of one core as cores: 150 is `1.5 cores`. */
export function cores(percent: number): string {
  return percent === 100 ? '1 core' : `${oneDecimal.format(percent / 100)} cores`;
}

export function count(n: number): string {
  return whole.format(n);
}

/** `1 instance`, `12 instances`. */
export function countOf(n: number, one: string, many = `${one}s`): string {
  return `${whole.format(n)} ${n === 1 ? one : many}`;
}

/** How long: `340 ms`, `2.4 s`, `3 min 12 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${whole.format(ms)} ms`;
  if (ms < 60_000) return `${tenths.format(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.floor((ms % 3_600_000) / 60_000)} min`;
}

/** How long ago, coarsely: `now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function ago(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000);
  if (seconds < 3) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** The eight digits by which people name an object. An id that begins with the time of its making is told from its neighbours by its last ones. */
export function shortId(uuid: string): string {
  return uuid[14] === '7' ? `…${uuid.slice(-8)}` : uuid.slice(0, 8);
}
