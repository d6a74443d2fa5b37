import type { Mac } from '@nereid/contracts';
import type { Random } from '@nereid/ports';

/** A MAC of the installation's prefix with 24 random bits. Two may be equal: the primary key decides, the caller draws again. */
export function randomMac(prefix: string, random: Random): Mac {
  const tail = [...random.bytes(3)].map((byte) => byte.toString(16).padStart(2, '0'));
  return [prefix, ...tail].join(':') as Mac;
}
