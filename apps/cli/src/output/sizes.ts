/** An amount in MiB as tables show it: `64M`, `1G`, `1.5G`: one decimal, cut, and none that is 0. */
export function mebibytes(amount: number): string {
  let [value, unit] = [amount, 0];
  for (; value >= 1024 && unit < 2; unit++) value /= 1024;
  const cut = Math.floor(value * 10) / 10;
  return `${cut}${'MGT'[unit]}`;
}

/** Bytes with a unit and one decimal: `976.5 MiB`. */
export function bytes(amount: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let [value, unit] = [amount, 0];
  for (; value >= 1024 && unit < names.length - 1; unit++) value /= 1024;
  return unit === 0 ? `${value} B` : `${(Math.floor(value * 10) / 10).toFixed(1)} ${names[unit]}`;
}
