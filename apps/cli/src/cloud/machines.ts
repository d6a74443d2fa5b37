import type { cloudapi } from '@nereid/contracts';
import { CliError, exitCodes, notFound } from '../cli-error';
import type { Cloud } from './cloud';
import { byPrefix, isUuid, uuidOfDigits } from './ids';
import { routes } from './routes.at-build';

export type Machine = cloudapi.MachineObject;

const pageSize = 1000;

/** Every instance that a filter keeps, page after page. The count in the header is a hint: a page that is not full is the last. */
export async function listMachines(cloud: Cloud, filter: Readonly<Record<string, string>> = {}): Promise<Machine[]> {
  const all: Machine[] = [];
  for (;;) {
    const page = { ...filter, ...(all.length > 0 && { offset: all.length }), limit: pageSize };
    const { body } = await cloud.call(routes.listMachines, {}, page);
    all.push(...body);
    if (body.length < pageSize) return all;
  }
}

/** By id. @throws CliError `ResourceNotFound`; `InstanceDeleted` with the instance as it was as its cause */
export async function getMachine(cloud: Cloud, id: string): Promise<Machine> {
  const { status, body } = await cloud.call(routes.getMachine, { id }).catch((error: unknown) => {
    if (error instanceof CliError && error.code === 'ResourceNotFound') {
      throw notFound(`instance with id ${id} was not found`, { ...error.detail, exit: exitCodes.notFound });
    }
    throw error;
  });
  if (status === 410) throw new CliError('InstanceDeleted', `instance ${id} was deleted`, { exit: exitCodes.notFound, cause: body });
  return body;
}

/**
 * By UUID, exact name, 32 digits or the beginning of its id, in this order.
 * @throws CliError `ResourceNotFound`, `InstanceDeleted`; without a code when several ids begin so
 */
export async function findMachine(cloud: Cloud, text: string): Promise<Machine> {
  if (isUuid(text)) return getMachine(cloud, text.toLowerCase());
  const named = (await cloud.call(routes.listMachines, {}, { name: text })).body.find(({ name }) => name === text);
  if (named) return named;
  const whole = uuidOfDigits(text);
  if (whole) return getMachine(cloud, whole);
  const found = /^[0-9a-f-]+$/i.test(text) ? byPrefix(await listMachines(cloud), text) : [];
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw new CliError(undefined, `instance short id "${text}" is ambiguous: it begins ${found.length} ids`);
  throw notFound(`no instance with name or short id "${text}" was found`);
}

/** The id that an argument means; a UUID is taken as it is, without a look-up. */
export async function machineId(cloud: Cloud, text: string): Promise<string> {
  return isUuid(text) ? text.toLowerCase() : (await findMachine(cloud, text)).id;
}
