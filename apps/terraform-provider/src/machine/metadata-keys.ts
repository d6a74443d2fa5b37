import { Problem } from '../diagnostics/problem';
import { isObject, text, textMap, type ObjectValue } from '../values/value';

/** Metadata that has an attribute of its own, by that attribute. */
export const namedKeys = {
  root_authorized_keys: 'root_authorized_keys',
  user_script: 'user-script',
  user_data: 'user-data',
  cloud_config: 'cloud-init:user-data',
} as const;

/** Names that the API's metadata calls take for something else, and what they do not keep. */
const lost: readonly string[] = ['account', 'machine', 'uuid', 'owner_uuid', 'credentials', 'image'];
const attributeOfKey: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(namedKeys).map(([attribute, key]) => [key, attribute])),
  'administrator-pw': 'administrator_pw',
  'administrator_pw': 'administrator_pw',
};

/** Marks an instance whose making was not recorded yet; see create.ts. */
export const unrecordedTag = 'nereid.terraform.unrecorded';

/** Keys of `metadata` and `tags` that would not come back as they were sent. */
export function checkKeys(config: ObjectValue): Problem[] {
  const metadata = isObject(config['metadata']) ? Object.keys(config['metadata']) : [];
  const tags = isObject(config['tags']) ? Object.keys(config['tags']) : [];
  return [
    ...metadata.flatMap((key) => {
      const complaint = complaintAbout(key);
      return complaint === undefined ? [] : [new Problem('Invalid metadata key', complaint, ['metadata', { key }])];
    }),
    ...tags
      .filter((key) => key === unrecordedTag)
      .map((key) => new Problem('Invalid tag', `The tag ${key} is the provider’s own.`, ['tags', { key }])),
  ];
}

function complaintAbout(key: string): string | undefined {
  if (attributeOfKey[key]) return `Give "${key}" as the argument ${attributeOfKey[key]}.`;
  if (key.endsWith('_pw')) return `The API keeps no metadata whose key ends in "_pw".`;
  return lost.includes(key) ? `The API takes "${key}" for something else.` : undefined;
}

/** The whole metadata that an object asks for, named keys included. */
export function metadataOf(object: ObjectValue): Record<string, string> {
  const named = Object.entries(namedKeys).flatMap(([attribute, key]) => {
    const value = text(object[attribute]);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...textMap(object['metadata']), ...Object.fromEntries(named) };
}
