import { fields, fieldsOf, findMetric, invalidField, visibleFields, type FieldName, type InstrumentationWant } from '@nereid/contracts';

/**
 * Whether this can be wanted by who wants it. What a customer may not see looks like what does not exist.
 * @throws ServiceError ValidationFailed naming the field
 */
export function checkWant(want: InstrumentationWant, isCustomer: boolean): void {
  const metric = findMetric(want.module, want.stat);
  if (!metric || (isCustomer && !metric.forCustomers)) {
    throw invalidField('stat', `There is no metric ${want.module}.${want.stat}.`);
  }
  const known = visibleFields(metric, isCustomer);
  const unknown = (names: readonly FieldName[]): FieldName | undefined => names.find((name) => !known.includes(name));
  const wrong = unknown(want.decomposition);
  if (wrong) throw invalidField('decomposition', `${want.module}.${want.stat} has no field ${wrong}.`);
  for (const arity of ['discrete', 'numeric'] as const) {
    if (want.decomposition.filter((name) => fields[name].arity === arity).length > 1) {
      throw invalidField('decomposition', `At most one ${arity} field.`);
    }
  }
  const compared = unknown(fieldsOf(want.predicate));
  if (compared) throw invalidField('predicate', `${want.module}.${want.stat} has no field ${compared}.`);
  if (isCustomer && want.idleMaxSeconds === null) throw invalidField('idleMaxSeconds', 'Only operators may keep one for ever.');
}

/** The discrete field of a decomposition. */
export function discreteOf(decomposition: readonly FieldName[]): FieldName | undefined {
  return decomposition.find((name) => fields[name].arity === 'discrete');
}

/** The numeric field of a decomposition. */
export function numericOf(decomposition: readonly FieldName[]): FieldName | undefined {
  return decomposition.find((name) => fields[name].arity === 'numeric');
}
