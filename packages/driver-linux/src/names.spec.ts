import { instanceOfNamespace, interfaceName, namespaceName } from './names';

const uuid = '6b1c6a51-9d0b-4c5e-9a83-0d4b0e6f6a10';

describe('names on a node', () => {
  it('fit into what Linux allows and are the same each time', () => {
    const name = interfaceName('v', '0123abcd', uuid, 0);
    expect(name).toMatch(/^nv[a-z2-7]{13}$/);
    expect(interfaceName('v', '0123abcd', uuid, 0)).toBe(name);
  });

  it('differ by role, installation, instance and slot', () => {
    const names = [
      interfaceName('v', '0123abcd', uuid, 0),
      interfaceName('b', '0123abcd', uuid, 0),
      interfaceName('v', '0123abce', uuid, 0),
      interfaceName('v', '0123abcd', uuid.replace('6b', '6c'), 0),
      interfaceName('v', '0123abcd', uuid, 1),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('lead from a namespace back to its instance, of this installation alone', () => {
    expect(instanceOfNamespace('0123abcd', namespaceName('0123abcd', uuid))).toBe(uuid);
    expect(instanceOfNamespace('0123abcd', namespaceName('ffffffff', uuid))).toBeUndefined();
  });
});
