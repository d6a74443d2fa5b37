declare module 'bcrypt-pbkdf' {
  /** Fills `out` from passphrase and salt; answers 0 when it could. */
  export function pbkdf(
    passphrase: Uint8Array,
    passphraseLength: number,
    salt: Uint8Array,
    saltLength: number,
    out: Uint8Array,
    outLength: number,
    rounds: number,
  ): number;
}
