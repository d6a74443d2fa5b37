import { EscapeKeys } from './escape-keys';

describe('the keys that leave a console', () => {
  let told: string[];
  let keys: EscapeKeys;
  const pass = (text: string): string => Buffer.from(keys.pass(Buffer.from(text))).toString();

  beforeEach(() => {
    told = [];
    keys = new EscapeKeys('~'.charCodeAt(0), { leave: () => told.push('leave'), explain: () => told.push('explain') });
  });

  it('leave at the very beginning and at the beginning of a line, in one piece or key by key', () => {
    expect(pass('~.')).toBe('');
    expect(pass('ls\r~')).toBe('ls\r');
    expect(pass('.')).toBe('');
    expect(told).toEqual(['leave', 'leave']);
  });

  it('are text elsewhere', () => {
    expect(pass('cd ~.\r')).toBe('cd ~.\r');
    expect(pass('x~.')).toBe('x~.');
    expect(told).toEqual([]);
  });

  it('nothing behind the leaving is sent', () => expect(pass('~.rm -rf\r')).toBe(''));

  it('the key itself is sent by typing it twice, and with what follows when that means nothing here', () => {
    expect(pass('~~.\r')).toBe('~.\r');
    expect(pass('~x\r')).toBe('~x\r');
    expect(told).toEqual([]);
  });

  it('explain themselves, and the line still begins there', () => {
    expect(pass('~?~.')).toBe('');
    expect(told).toEqual(['explain', 'leave']);
  });

  it('other bytes go as they are', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at).filter((byte) => byte !== 126);
    expect([...keys.pass(bytes)]).toEqual([...bytes]);
  });
});
