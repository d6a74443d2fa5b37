import { customerOf } from './customer';
import { firstImageName } from '@nereid/infra-first-image';
import type { Installation } from './installation';
import { operatorLogin, operatorPassword } from './seed';
import { doorsOf } from './service-config';

/** What a person needs after `./dev up`: addresses, logins, lines to paste. */
export async function summary(installation: Installation): Promise<string> {
  const doors = await doorsOf(installation);
  const customer = customerOf(installation);
  const rows: [string, string][] = [
    ['CloudAPI (customers)', doors.cloudapi],
    ['portal (operators)', `${doors.adminapi}/`],
    ['operator', `${operatorLogin}, password ${operatorPassword(installation)}`],
    ['image files', doors.files],
    ['customer', `${customer.login}, key ${customer.privateKeyFile}`],
    ['authority of all TLS', installation.path('ca', 'ca.pem')],
    ['installation', `${installation.id}, state in ${installation.state}, services run as ${installation.as.userName}`],
  ];
  const paste = [
    './dev triton info',
    `./dev triton instance create -w -n hello ${firstImageName} nano`,
    './dev triton ssh hello uname -a',
    './dev triton instance rm -w hello',
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), '', ...paste.map((line) => `  ${line}`)].join('\n');
}
