import { generateKeyPairSync, sign } from 'node:crypto';
import type { Random } from '@nereid/ports';
import { bits, element, explicit, instant, objectId, octets, positive, sequence, set, utf8, yes } from './der';

const day = 86_400_000;
const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));
const name = sequence(set(sequence(objectId('2.5.4.3'), utf8('localhost'))));
const extensions = explicit(
  3,
  sequence(
    sequence(objectId('2.5.29.19'), yes, octets(sequence(yes))), // an authority: it signs itself
    // digitalSignature, keyEncipherment, keyAgreement, keyCertSign
    sequence(objectId('2.5.29.15'), yes, octets(bits(Buffer.of(0b1010_1100), 2))),
    sequence(objectId('2.5.29.37'), octets(sequence(objectId('1.3.6.1.5.5.7.3.2'), objectId('1.3.6.1.5.5.7.3.1')))), // client, server
    sequence(objectId('2.5.29.17'), octets(sequence(element(0x82, Buffer.from('localhost'))))),
  ),
);

/** A certificate that signs itself, and its key. */
export interface SelfSigned {
  readonly der: Buffer;
  readonly pem: string;
  /** PEM. */
  readonly privateKey: string;
}

/**
 * A throw-away certificate for `localhost` (P-256), as both ends of a plugin's connection make one for themselves. Node reads certificates
 * but makes none, and a library that does costs more time at start than everything else: Terraform starts a provider three to five times a command.
 * Source: RFC 5280 §4.1; go-plugin, AutoMTLS.
 */
export function selfSigned(nowMs: number, random: Random): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = random.bytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40; // positive, and its first byte is needed
  const toBeSigned = sequence(
    explicit(0, element(0x02, Buffer.of(2))), // version 3
    positive(serial),
    ecdsaWithSha256,
    name,
    sequence(instant(nowMs - day), instant(nowMs + 365 * day)), // the clocks of one machine agree, but for leaps
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
  const der = sequence(toBeSigned, ecdsaWithSha256, bits(sign('sha256', toBeSigned, privateKey)));
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return {
    der,
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
