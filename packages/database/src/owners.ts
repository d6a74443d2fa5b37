/** The schemas of the database, one per service that keeps something. Each has a login role `nereid_<owner>` that sees it alone. */
export const schemaOwners = ['identity', 'vmapi', 'cnapi', 'napi', 'imgapi', 'adminapi', 'analytics'] as const;
export type SchemaOwner = (typeof schemaOwners)[number];

/** The login role of an owner. */
export function roleOf(owner: SchemaOwner): string {
  return `nereid_${owner}`;
}
