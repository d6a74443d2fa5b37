import type { Attribute, Attributes, Block } from '../schema/schema';
import type { Type } from '../values/type';
import { dataSources, resourcesWith } from '../provider/offered';
import { providerBlock } from '../provider/settings';

/** The reference of the provider, made from its schema. Committed as docs/generated/terraform-provider.md. */
export function reference(): string {
  const resources = resourcesWith({ ids: { random: () => '', sorted: () => '' } });
  return [
    '# Terraform provider `nereid`\n\nMade from the schema by `npm run generate:docs`; how to use it is in [use-terraform](../how-to/use-terraform.md).\n',
    section('Provider', 2, providerBlock),
    '## Resources\n',
    ...[...resources.values()].map(({ name, block }) => section(`\`${name}\``, 3, block)),
    '## Data sources\n',
    ...[...dataSources.values()].map(({ name, block }) => section(`\`${name}\``, 3, block)),
  ].join('\n');
}

function section(title: string, level: number, block: Block): string {
  const nested = Object.entries(block.attributes).flatMap(([name, attribute]) =>
    attribute.nested ? [`\nEach of \`${name}\`:\n\n${table(attribute.nested)}`] : [],
  );
  const blocks = Object.entries(block.blocks ?? {}).map(
    ([name, { description, attributes }]) => `\nBlock \`${name}\`: ${description}\n\n${table(attributes)}`,
  );
  return `${'#'.repeat(level)} ${title}\n\n${block.description}\n\n${[table(block.attributes), ...nested, ...blocks].join('')}`;
}

function table(attributes: Attributes): string {
  const rows = Object.entries(attributes).map(
    ([name, attribute]) => `| \`${name}\` | ${typeName(attribute.type)} | ${notes(attribute)} | ${text(attribute)} |`,
  );
  return `| Attribute | Type | | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function typeName(type: Type): string {
  if (typeof type === 'string') return type;
  return type[0] === 'object' ? 'object' : `${type[0]} of ${typeName(type[1])}`;
}

function notes({ source, forcesNew, isSensitive, default: otherwise }: Attribute): string {
  const given =
    otherwise === undefined
      ? source.replace('optional+computed', 'optional, else computed')
      : `optional, else \`${JSON.stringify(otherwise)}\``;
  return [given, ...(forcesNew ? ['a change replaces'] : []), ...(isSensitive ? ['sensitive'] : [])].join('; ');
}

function text({ description }: Attribute): string {
  return description.replaceAll('|', '\\|');
}
