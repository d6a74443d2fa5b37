import type { cloudapi } from '@nereid/contracts';
import { CliError, notFound } from '../../cli-error';
import type { Cloud } from '../../cloud/cloud';
import { byPrefix } from '../../cloud/ids';
import { routes } from '../../cloud/routes.at-build';

export type Instrumentation = cloudapi.InstrumentationObject;

/** By its id or the first digits of it. @throws CliError `ResourceNotFound`; without a code when several begin so */
export async function findInstrumentation(cloud: Cloud, text: string): Promise<Instrumentation> {
  const found = byPrefix((await cloud.call(routes.listInstrumentations)).body, text);
  if (found.length > 1) throw new CliError(undefined, `instrumentation short id "${text}" is ambiguous: it begins ${found.length} ids`);
  if (!found[0]) throw notFound(`no instrumentation with id or short id "${text}" was found`);
  return found[0];
}
