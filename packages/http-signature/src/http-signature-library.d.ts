declare module 'http-signature' {
  export function sign(request: never, options: { key: string; keyId: string; headers: string[] }): boolean;
  export function parseRequest(request: never, options: { clockSkew: number }): unknown;
  export function verifySignature(parsed: unknown, publicKey: string): boolean;
}
