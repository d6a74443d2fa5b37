import { z } from 'zod';
import { vmSubResources } from '../vmapi/vm-sub-resources';
import { VmSubResource } from '../vmapi/vms';
import { MachineObject } from './machine';
import { route } from './route';
import { AccountParams, NoInput, WireId, WireUuid } from './wire-values';

const isSubResource = (name: string): name is VmSubResource => VmSubResource.safeParse(name).success;

/** What a client sends first, and again when it wants something else: the last one holds. Names that are not known are ignored. */
export const ChangefeedSubscription = z.object({
  resource: z.literal('vm'),
  subResources: z.array(z.string().max(64)).max(64).transform((names) => names.filter(isSubResource)), // prettier-ignore
  /** These instances only; all of the account when absent. */
  vms: z.array(WireUuid).max(1000).optional(),
});
export type ChangefeedSubscription = z.output<typeof ChangefeedSubscription>;

/** One change of one instance. The object is the instance when the message was made, and may know of later changes already. */
export const ChangefeedMessage = z.object({
  /** ms since 1970, as digits. */
  published: z.string(),
  changeKind: z.object({ resource: z.literal('vm'), subResources: z.array(VmSubResource) }),
  changedResourceId: WireId,
  /** As the services call it: `destroyed` where the object says `deleted`. */
  resourceState: z.string(),
  resourceObject: MachineObject,
});
export type ChangefeedMessage = z.infer<typeof ChangefeedMessage>;

/** Longest message of a client, bytes. */
export const changefeedMessageBytesMax = 64 * 1024;

export { changefeedCloseCodes } from './changefeed-closes';

export const changefeed = route({
  name: 'Changefeed',
  method: 'GET',
  path: '/:account/changefeed',
  summary: "Follows changes of the account's instances: a WebSocket.",
  description:
    'The client sends `{"resource":"vm","subResources":[…],"vms":[…]}`, of which `vms` may be left out; a later one takes the place of the first. ' +
    `\`subResources\` are ${vmSubResources.map((name) => `\`${name}\``).join(', ')}; others are ignored. The server answers nothing to that, and then ` +
    'sends `{"published","changeKind":{"resource","subResources"},"changedResourceId","resourceState","resourceObject"}` for each change of one of these. ' +
    'What changed before the subscription is not sent: read what is of interest after it. A ping sent behind a subscription is answered when it holds. ' +
    'That an instance is `offline`, since its server is silent, is no change of the instance, and is not sent. Closed with 1012 when changes were missed, ' +
    '4001 when the key is gone, 4002 for what is no subscription, 4008 when read too slowly.',
  params: AccountParams,
  input: NoInput,
  status: 101,
  errors: ['UpgradeRequired'],
});
