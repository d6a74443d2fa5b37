import { cloudapi } from '@nereid/contracts';
import { invalidArgument } from '../../published-errors';

/** What of a heat map is drawn, and how. Source: CloudAPI docs 8, GetInstrumentationHeatmap. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly ymin: number;
  /** Absent: what the data need. */
  readonly ymax?: number | undefined;
  readonly nbuckets: number;
  readonly selected: readonly string[];
  readonly isolate: boolean;
  readonly exclude: boolean;
  readonly decompose_all: boolean;
  readonly weights: 'count' | 'weight';
  readonly coloring: 'rank' | 'linear';
}

/** One thing that is drawn in one hue: some keys, or all that are in no other layer. */
export interface Layer {
  readonly hue: number;
  readonly has: (key: string) => boolean;
}

/** @throws ServiceError InvalidArgument what was asked for contradicts itself */
export function checkPicture({ isolate, exclude, decompose_all: all, ymin, ymax }: Picture): void {
  if ([isolate, exclude, all].filter(Boolean).length > 1) {
    throw invalidArgument('isolate', 'Only one of isolate, exclude and decompose_all is possible.');
  }
  if (ymax !== undefined && ymax <= ymin) throw invalidArgument('ymax', `ymax must be more than ymin, which is ${ymin}.`);
}

/**
 * Layers in the order of their hues: what is not selected, then each selected key; the selected alone when isolated; all but them when
 * excluded; every key.
 * @param present keys that occur, the largest first
 * @throws ServiceError InvalidArgument there are fewer hues than layers
 */
export function layersOf(
  { selected, isolate, exclude, decompose_all: all }: Picture,
  hues: readonly string[],
  present: readonly string[],
): Layer[] {
  const apart = all ? present.slice(0, cloudapi.mostHues) : selected;
  const alone = apart.map((key) => (other: string) => other === key);
  const rest = (key: string): boolean => !apart.includes(key);
  const drawn = isolate ? alone : exclude ? [rest] : [...(all && present.length <= apart.length ? [] : [rest]), ...alone];
  const given = hues.map(hueOf);
  if (given.length > 0 && given.length < drawn.length && !all) {
    throw invalidArgument('hues', `${drawn.length} things are drawn and there are ${given.length} hues.`);
  }
  const usual = (n: number): number => (21 + 91 * (isolate ? n + 1 : n)) % 360;
  return drawn.map((has, n) => ({ has, hue: given.length > 0 ? given[n % given.length]! : usual(n) }));
}

function hueOf(text: string): number {
  const hue = Number(text);
  if (!/^\d{1,3}$/.test(text) || hue > 359) throw invalidArgument('hues', 'Hues are whole numbers from 0 to 359.');
  return hue;
}
