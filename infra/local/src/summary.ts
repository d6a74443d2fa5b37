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
  const terraform = './dev terraform -chdir=apps/terraform-provider/examples/hello';
  const paste: [line: string, says: string][] = [
    [`./dev nereid create -w -n hello ${firstImageName} nano`, 'an instance by our own command'],
    ['./dev nereid ssh hello uname -a', 'into it, where there is a real node'],
    ['./dev nereid rm -f -w hello', 'and away with it'],
    [`./dev triton instance create -w -n hello ${firstImageName} nano`, 'the same by the real triton command'],
    ['./dev triton ssh hello uname -a', ''],
    ['./dev triton instance rm -f -w hello', ''],
    [`${terraform} init`, 'the same by Terraform'],
    [`${terraform} apply -auto-approve`, ''],
    [`${terraform} destroy -auto-approve`, ''],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const longest = Math.max(...paste.map(([line]) => line.length));
  const lines = paste.map(([line, says]) => (says === '' ? `  ${line}` : `  ${line.padEnd(longest)}  # ${says}`));
  return [...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), '', ...lines].join('\n');
}
