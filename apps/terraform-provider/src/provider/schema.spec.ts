import { CountingIds } from '@nereid/ports/fake';
import { cloudapi } from '@nereid/contracts';
import { attributeOfField, machineBlock } from '../machine/attributes';
import { Schema } from '../protocol/messages';
import type { Attribute, Block } from '../schema/schema';
import { typeOfContract } from '../schema/from-contract';
import { toWireSchema } from '../schema/wire-schema';
import { dataSources, resourcesWith } from './offered';
import { providerBlock } from './settings';

const blocks: [string, Block][] = [
  ['the provider', providerBlock],
  ...[...resourcesWith({ ids: new CountingIds() })].map(([name, { block }]): [string, Block] => [name, block]),
  ...[...dataSources].map(([name, { block }]): [string, Block] => [`data ${name}`, block]),
];

describe('the schema', () => {
  it.each(blocks)('%s can be sent, and every part says what it is', (_name, block) => {
    expect(Schema.encode(toWireSchema(block)).length).toBeGreaterThan(0);
    const described = (attributes: Readonly<Record<string, Attribute>>): string[] =>
      Object.entries(attributes).flatMap(([name, { description, nested }]) => [
        ...(description.trim().length > 3 ? [] : [name]),
        ...(nested ? described(nested) : []),
      ]);
    expect(described(block.attributes)).toEqual([]);
    expect(block.description).not.toBe('');
    for (const name of Object.keys(block.attributes)) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it('has every field of the API’s instance', () => {
    const fields = Object.keys(cloudapi.MachineObject.shape);
    expect(Object.keys(attributeOfField).sort()).toEqual([...fields].sort());
    for (const attribute of Object.values(attributeOfField)) expect(Object.keys(machineBlock.attributes)).toContain(attribute);
  });

  it('takes types from the contracts', () => {
    const { shape } = cloudapi.MachineObject;
    expect(typeOfContract(shape.memory)).toBe('number');
    expect(typeOfContract(shape.state)).toBe('string');
    expect(typeOfContract(shape.tags)).toEqual(['map', 'string']);
    expect(typeOfContract(shape.nics)).toEqual(['list', ['object', { mac: 'string', ip: 'string', primary: 'bool', netmask: 'string', gateway: 'string', network: 'string' }]]); // prettier-ignore
  });
});
