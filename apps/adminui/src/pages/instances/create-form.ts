import type { adminapi } from '@nereid/contracts/light';
import type { BodyOf } from '../../api/call';

export interface CreateForm {
  readonly alias: string;
  readonly owner: string;
  readonly image: string;
  readonly size: string;
  /** The first is the primary one. */
  readonly networks: readonly string[];
  /** `key=value`, one a line. */
  readonly tags: string;
  readonly script: string;
  /** Empty: placement chooses. */
  readonly server: string;
  readonly hasFirewall: boolean;
  readonly isProtected: boolean;
}

export const emptyForm: CreateForm = {
  alias: '',
  owner: '',
  image: '',
  size: '',
  networks: [],
  tags: '',
  script: '',
  server: '',
  hasFirewall: false,
  isProtected: false,
};

type CreateBody = BodyOf<typeof adminapi.createVm>;

/** What the form asks for, as the route wants it; what was left open is left out. */
export function createBody(form: CreateForm): CreateBody {
  const tags = parseTags(form.tags);
  return {
    ...(form.alias.trim() !== '' && { alias: form.alias.trim() }),
    owner_uuid: form.owner,
    image_uuid: form.image,
    billing_id: form.size,
    networks: form.networks.map((uuid, i) => ({ uuid, ...(i === 0 && { primary: true }) })),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(form.script.trim() !== '' && { customer_metadata: { 'user-script': form.script } }),
    ...(form.server !== '' && { server_uuid: form.server }),
    ...(form.hasFirewall && { firewall_enabled: true }),
    ...(form.isProtected && { indestructible_zoneroot: true }),
  };
}

/** `key=value` lines; a key alone is `true`, as the `triton` command has it. */
export function parseTags(text: string): Record<string, string | boolean> {
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const at = line.indexOf('=');
        return at === -1 ? [line, true] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
  );
}
