/**
 * The areas of tests, which are the projects of jest.config.js. Those in one group run together, two files at a time; groups run one after the
 * other. Whole clouds run two at a time because they mostly wait: for a killed process, a lease, a server that is not heard of.
 */
export const groups: readonly (readonly Area[])[] = [['unit', 'db', 'integration'], ['infra'], ['e2e', 'browser', 'chaos']];

export const areas = ['unit', 'db', 'integration', 'infra', 'e2e', 'browser', 'chaos'] as const;
export type Area = (typeof areas)[number];

/** Areas whose tests start the built programs. */
export const needsBuild: ReadonlySet<Area> = new Set<Area>(['integration', 'infra', 'e2e', 'browser', 'chaos']);

/** The area of a test file, by the same rules as in jest.config.js. */
export function areaOf(file: string): Area {
  if (/(^|\/)tests\/chaos\//.test(file)) return 'chaos';
  if (/(^|\/)tests\/browser\/.*\.test\.ts$/.test(file)) return 'browser';
  if (/(^|\/)tests\/[^/]+\/.*\.test\.ts$/.test(file)) return 'e2e';
  if (/\.db-spec\.ts$/.test(file)) return 'db';
  if (/(^|\/)(infra|scripts)\/.*\.int-spec\.ts$/.test(file) && !/\/(apps|packages)\//.test(file)) return 'infra';
  if (/\.int-spec\.ts$/.test(file)) return 'integration';
  return 'unit';
}
