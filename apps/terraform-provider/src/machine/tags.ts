/** Tags that the API wants as booleans. Terraform's maps hold text. */
const booleans: readonly string[] = ['triton.cns.disable', 'triton.placement.exclude_virtual_servers'];

/** Tags as the API takes them. */
export function toApiTags(tags: Readonly<Record<string, string>>): Record<string, string | boolean> {
  return Object.fromEntries(
    Object.entries(tags).map(([name, value]) => [name, booleans.includes(name) && /^(true|false)$/.test(value) ? value === 'true' : value]),
  );
}

/** Tags as Terraform takes them: text. */
export function fromApiTags(tags: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}
