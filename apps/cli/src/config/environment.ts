export type Environment = Readonly<Record<string, string | undefined>>;

/** The first of our own, the triton command's and the older tools' variable that is set and not empty: `NEREID_URL`, `TRITON_URL`, `SDC_URL`. */
export function fromEnvironment(env: Environment, name: string): string | undefined {
  for (const prefix of ['NEREID', 'TRITON', 'SDC']) {
    const value = env[`${prefix}_${name}`];
    if (value) return value;
  }
  return undefined;
}

/** `TRITON_COMPAT=1`: exit codes as of the triton command, which knows 0, 1 and 3. */
export function isTritonCompatible(env: Environment): boolean {
  return env['TRITON_COMPAT'] === '1';
}
