import type { Traits } from '../picture.types';
import type { Filter } from './filter';

/**
 * What is asked for must be there. More may be there without harm, but for traits that *repel*: `{repels: [...]}` names traits that an
 * instance has to ask for to be placed on the server (a GPU, a test machine), so that ordinary instances keep away.
 */
export const traits: Filter = {
  name: 'traits',
  refuses: (server, need) => {
    for (const [name, wanted] of Object.entries(need.traits)) {
      if (!matches(wanted, server.traits[name])) return `trait ${name} is not as asked`;
    }
    const repels = server.traits.repels;
    const unasked = [repels].flat().find((name) => typeof name === 'string' && !(name in need.traits));
    return unasked === undefined ? undefined : `keeps instances away that do not ask for ${String(unasked)}`;
  },
};

function matches(wanted: Traits[string], has: Traits[string] | undefined): boolean {
  if (has === undefined) return wanted === false;
  if (typeof wanted === 'boolean' || typeof has === 'boolean') return wanted === has;
  const offered = [has].flat();
  return [wanted].flat().some((value) => offered.includes(value));
}
