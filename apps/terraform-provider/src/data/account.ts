import { cloudapi } from '@nereid/contracts';
import type { DataSource } from '../provider/resource';
import { computed } from '../schema/declare';

const { shape } = cloudapi.AccountObject;

/** `nereid_account`: the account that signs. */
export const accountSource: DataSource = {
  name: 'nereid_account',
  block: {
    description: 'The account that the provider works for.',
    attributes: {
      id: computed(shape.id, 'Its id.'),
      login: computed(shape.login, 'Its login.'),
      email: computed(shape.email, 'Its address.'),
      cns_enabled: computed(shape.triton_cns_enabled, 'Whether its instances get names in the DNS.'),
      created: computed(shape.created, 'When it was made (RFC 3339).'),
      updated: computed(shape.updated, 'When it was changed last (RFC 3339).'),
    },
  },
  async read(_config, { cloud }) {
    const { body } = await cloud.call(cloudapi.getAccount, {}, {});
    const { id, login, email, created, updated } = body;
    return { id, login, email, cns_enabled: body.triton_cns_enabled, created, updated };
  },
};
