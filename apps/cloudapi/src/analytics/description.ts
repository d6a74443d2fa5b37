import { fields, metrics, modules, visibleFields, type FieldName, type MetricField, type cloudapi } from '@nereid/contracts';

/** Kinds of values, as axes need them. Source: Cloud Analytics' metadata. */
const types: cloudapi.AnalyticsObject['types'] = {
  string: { arity: 'discrete' },
  size: { arity: 'numeric', unit: 'bytes', abbr: 'B', base: 2 },
  time: { arity: 'numeric', unit: 'seconds', abbr: 's', base: 10, power: -9 },
};

/** What else can be said of keys: names of instances. */
export const transformations = { vm: { label: 'names of instances', fields: ['zonename', 'pid'] } } as const;

/** What customers can measure. Metrics and fields that are operators' alone look like those that do not exist. */
export function description(): cloudapi.AnalyticsObject {
  const shown = metrics.filter(({ forCustomers }) => forCustomers);
  const names = new Set<FieldName>(shown.flatMap((metric) => visibleFields(metric, true)));
  return {
    modules: Object.fromEntries([...new Set(shown.map(({ module }) => module))].map((name) => [name, { label: modules[name].label }])),
    fields: Object.fromEntries([...names].map((name) => [name, { label: fields[name].label, type: typeOf(fields[name]) }])),
    types,
    metrics: shown.map((metric) => ({
      module: metric.module,
      stat: metric.stat,
      label: metric.label,
      interval: 'interval',
      fields: [...visibleFields(metric, true)],
      unit: metric.unit,
    })),
    transformations: transformationsOf([...names]),
  };
}

/** Those of the transformations that say something of these fields. */
export function transformationsOf(decomposition: readonly string[]): cloudapi.AnalyticsObject['transformations'] {
  const { vm } = transformations;
  return (vm.fields as readonly string[]).some((name) => decomposition.includes(name))
    ? { vm: { label: vm.label, fields: [...vm.fields] } }
    : {};
}

function typeOf({ arity, unit }: MetricField): string {
  if (arity === 'discrete') return 'string';
  return unit === 'bytes' ? 'size' : 'time';
}
