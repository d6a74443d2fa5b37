import { bytes, decimal } from '../ui/amounts';

/** How the figures of a chart are written, and in which steps their scale grows. */
export interface Unit {
  readonly write: (value: number) => string;
  /** Numbers are round in this base. */
  readonly base: 10 | 1024;
  /** The scale reaches at least so far, so that noise does not look like load. */
  readonly least: number;
}

/** Percent of one core. */
export const percent: Unit = { write: (value) => `${decimal(value)} %`, base: 10, least: 10 };
export const size: Unit = { write: bytes, base: 1024, least: 1024 };
export const rate: Unit = { write: (value) => `${bytes(value)}/s`, base: 1024, least: 1024 };

/** From nought to a round number that holds `most`: its middle is round too. */
export function scaleOf(unit: Unit, most: number): [number, number] {
  const wanted = Math.max(most, unit.least);
  const power = unit.base ** Math.floor(Math.log(wanted) / Math.log(unit.base));
  const steps = unit.base === 10 ? [1, 2, 4, 6, 8, 10] : [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
  return [0, power * steps.find((step) => step * power >= wanted * (1 - 1e-9))!];
}
