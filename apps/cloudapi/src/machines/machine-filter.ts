import { Brand, ImageId, zoneBrands, type VmFilter, type VmState, type cloudapi } from '@nereid/contracts';
import type { z } from 'zod';
import { invalidArgument } from '../published-errors';

type Input = z.output<typeof cloudapi.listMachines.input>;

/** Words that ask for all that is neither destroyed nor failed; the service's default, too. */
const livingWords: readonly string[] = ['provisioning', 'stopping', 'active'];
const byWord: Readonly<Record<string, VmState>> = { destroyed: 'destroyed', deleted: 'destroyed' };
const everyState: VmState[] = ['provisioning', 'running', 'stopping', 'stopped', 'failed', 'offline', 'unknown', 'destroyed'];

/**
 * A list's parameters as vmapi's filter; undefined when nothing can match.
 * @throws InvalidArgument image and dataset together
 */
export function toFilter(input: Input): Omit<VmFilter, 'owner'> | undefined {
  if (input.image && input.dataset) throw invalidArgument('dataset', 'image and dataset are two names of one filter: give one');
  if (input.docker === true || input.state === 'ready') return undefined; // no instance is Docker's, none is seen between boot and running
  const brands = brandsOf(input);
  if (brands?.length === 0) return undefined;
  const image = input.image ?? input.dataset;
  const states = statesOf(input);
  if (input.tags === '*') return { tagged: true, ...(states && { states }) };
  const tags = Object.entries(input).filter(([name]) => name.startsWith('tag.') && name.length > 4);
  return {
    ...(input.name !== undefined && { alias: input.name }),
    ...(states && { states }),
    ...(brands && { brands }),
    ...(image && { image: ImageId.parse(image) }),
    ...(input.memory !== undefined && { memoryMiB: input.memory }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags.map(([name, value]) => [name.slice(4), String(value)])) }),
  };
}

function statesOf(input: Input): VmState[] | undefined {
  if (input.state && !livingWords.includes(input.state)) return [byWord[input.state] ?? (input.state as VmState)];
  const isTombstone = input.tombstone !== undefined && !['', 'false', '0'].includes(String(input.tombstone));
  return isTombstone && !input.state ? everyState : undefined;
}

function brandsOf(input: Input): Brand[] | undefined {
  if (input.type === undefined && input.brand === undefined) return undefined;
  return Brand.options.filter(
    (brand) =>
      (input.brand === undefined || brand === input.brand) &&
      (input.type === undefined || zoneBrands.includes(brand) === (input.type === 'smartmachine')),
  );
}
