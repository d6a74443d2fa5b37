import { cloudapi } from '@nereid/contracts';
import { byAge } from '../api/catalogue';
import type { DataSource } from '../provider/resource';
import { computed, optional, optionalComputed } from '../schema/declare';
import { matches, theOnly } from './pick';

const { shape } = cloudapi.ImageObject;
const asked = ['name', 'version', 'os', 'type', 'owner', 'public', 'state'] as const;

/** `nereid_image`: one image, by what is said of it. */
export const imageSource: DataSource = {
  name: 'nereid_image',
  block: {
    description: 'An image that the account may use, by what is said of it.',
    attributes: {
      id: computed(shape.id, 'Its id.'),
      name: optionalComputed(shape.name, 'Its name, exactly.'),
      version: optionalComputed(shape.version, 'Its version.'),
      os: optionalComputed(shape.os, 'Its operating system.'),
      type: optionalComputed(shape.type, 'Its type.'),
      owner: optionalComputed(shape.owner, 'Id of the account that owns it.'),
      public: optionalComputed(shape.public, 'Whether everybody may use it.'),
      state: optionalComputed(shape.state, 'Its state; `active` unless told.', { default: 'active' }),
      most_recent: optional('bool', 'Of several, take the one that was published last.'),
      description: computed(shape.description, 'What it is.'),
      published_at: computed(shape.published_at, 'When it was published (RFC 3339).'),
    },
  },
  async read(config, { cloud }) {
    const state = config['state'] ?? 'active';
    const { body } = await cloud.call(cloudapi.listImages, {}, { state: state as 'active' });
    const found = body.filter((image) => matches({ ...config, state }, image, asked)).sort(byAge);
    const wanted = config['most_recent'] === true ? found.slice(-1) : found;
    const image = theOnly('image', wanted, ({ name, version }) => `${name}@${version}`);
    const { id, name, version, os, type } = image;
    return {
      ...{ id, name, version, os, type },
      owner: image.owner ?? null,
      public: image.public ?? null,
      state: image.state ?? null,
      most_recent: config['most_recent'] ?? null,
      description: image.description ?? null,
      published_at: image.published_at ?? null,
    };
  },
};
