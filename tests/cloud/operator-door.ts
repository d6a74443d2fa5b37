import { readFileSync } from 'node:fs';
import { OperatorClient } from '@nereid/client/operator';
import { NodeTransport } from '@nereid/client/operator-node';
import { doorsOf, operatorLogin, operatorPassword, type Installation } from '@nereid/infra-local';

/** Where the operators' door of an installation is, and the authority that signed its certificate. */
export async function operatorDoor(installation: Installation): Promise<{ url: string; ca: string }> {
  return { url: (await doorsOf(installation)).adminapi, ca: readFileSync(installation.path('ca', 'ca.pem'), 'utf8') };
}

/** The operator that every cloud comes with, signed in. Close it. */
export async function signedInOperator(installation: Installation): Promise<OperatorClient> {
  const client = new OperatorClient(new NodeTransport(await operatorDoor(installation)));
  await client.signIn({ login: operatorLogin, password: operatorPassword(installation) });
  return client;
}
