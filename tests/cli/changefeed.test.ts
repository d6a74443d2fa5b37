import { once } from 'node:events';
import { cloudapi } from '@nereid/contracts';
import { WebSocket } from 'ws';
import { Customer } from '../cloud/customer';
import { eventually } from '../cloud/eventually';
import type { Terminal } from '../cloud/terminal';
import { TestCloud } from '../cloud/test-cloud';

/** The customers' changefeed by the real triton command and by ours, and waits that ride on it, on a cloud of simulated servers. */
describe('the changefeed', () => {
  let cloud: TestCloud;
  let anna: Customer;
  let bert: Customer;
  let id: string;

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 2 });
    anna = await Customer.first(cloud.installation);
    bert = await Customer.make(cloud.installation, 'bert');
    ({ id } = await anna.createAndWait({ name: 'web0' }));
  }, 120_000);
  afterAll(async () => {
    anna?.close();
    bert?.close();
    await cloud?.remove();
  }, 60_000);

  const messagesOf = ({ shown }: Terminal): cloudapi.ChangefeedMessage[] =>
    shown.split('\r\n').slice(0, -1).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as cloudapi.ChangefeedMessage); // prettier-ignore
  /** Neither command says when it hears: something is changed until they tell. */
  const hearing = async (terminals: readonly Terminal[]): Promise<void> => {
    let tag = 0;
    const isHeard = async (): Promise<boolean> => {
      await anna.client.call(cloudapi.addTags, { id }, { probe: ++tag });
      return terminals.every(({ shown }) => shown.includes(id.slice(0, 8)));
    };
    await eventually('the changefeeds tell', isHeard, Boolean);
  };
  const nereid = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cloud.nereid(args);
    if (code !== 0) throw new Error(`nereid ${args.join(' ')}: exit ${code}\n${stderr}${stdout}\n${cloud.logTails()}`);
    return stdout.trimEnd();
  };

  it('is told the same by both commands, once and in order, and nothing of other customers', async () => {
    const terminals = [cloud.terminal('triton changefeed -j'), cloud.terminal('nereid changefeed -j')];
    try {
      await hearing(terminals);
      const theirs = await bert.createAndWait({ name: 'theirs' });
      const life = JSON.parse(await nereid('create', '-j', '-n', 'life', 'nereid-base', 'nano')) as { id: string };
      await nereid('instance', 'wait', 'life');
      await nereid('stop', '-w', 'life');
      await nereid('instance', 'rename', '-w', 'life', 'afterlife');
      await nereid('instance', 'metadata', 'set', '-w', 'afterlife', 'n=1');
      await nereid('rm', '-f', '-w', 'afterlife');
      const ofLife = (terminal: Terminal): cloudapi.ChangefeedMessage[] =>
        messagesOf(terminal).filter(({ changedResourceId }) => changedResourceId === life.id);
      const isTold = async (): Promise<boolean> => terminals.every((terminal) => ofLife(terminal).at(-1)?.resourceState === 'destroyed');
      await eventually('its end is told', isTold, Boolean);
      const [byTriton, byNereid] = terminals.map(ofLife);
      expect(byNereid).toEqual(byTriton);
      for (const message of byNereid!) expect(cloudapi.ChangefeedMessage.parse(message)).toEqual(message);
      const kinds = byNereid!.map(({ changeKind }) => changeKind.subResources.join());
      expect(kinds[0]).toBe('alias,customer_metadata,owner_uuid,state,tags');
      expect(kinds.filter((kind) => kind === 'alias')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'customer_metadata')).toHaveLength(1);
      expect(kinds.filter((kind) => kind.includes('server_uuid'))).toEqual(['nics,server_uuid,state']);
      expect(kinds.filter((kind) => kind.includes('destroyed'))).toHaveLength(1);
      const updates = byNereid!.map(({ resourceObject }) => resourceObject.updated);
      expect(updates).toEqual([...updates].sort());
      for (const { shown } of terminals) expect(shown).not.toContain(theirs.id);
    } finally {
      for (const terminal of terminals) terminal.close();
    }
  }, 120_000);

  it('is printed for people, of the instances that are named, until Ctrl-C', async () => {
    const terminal = cloud.terminal('nereid changefeed --instances web0');
    try {
      await hearing([terminal]);
      expect(terminal.shown).toMatch(
        /Change \(20\S+Z\) =>\r\n {4}modified: tags\r\n {4}state: running\r\n {4}internal state: running\r\n {4}object: /,
      );
      await bert.createAndWait({ name: 'loud' });
      await anna.createAndWait({ name: 'other' });
      terminal.signal('SIGINT');
      expect(await terminal.ended).toBe(0);
      expect(new Set(terminal.shown.match(/object: \w+/g))).toEqual(new Set([`object: ${id.slice(0, 8)}`]));
    } finally {
      terminal.close();
    }
    expect((await cloud.nereid(['changefeed', '--instances', 'nosuch'])).code).toBe(3);
  }, 60_000);

  it('ends a wait that began before the change', async () => {
    const terminal = cloud.terminal('nereid instance wait -s stopped web0');
    try {
      await terminal.until(/Waiting for instance web0/);
      await anna.act(id, 'stop');
      expect(await terminal.ended).toBe(0);
      expect(terminal.shown).toContain('moved to state stopped');
    } finally {
      terminal.close();
    }
  }, 60_000);

  it('is open fifty times for an account; a wait of one more asks from time to time', async () => {
    /** Undefined: too many requests in a short time. */
    const attempt = async (): Promise<WebSocket | undefined> => {
      const { url, ...options } = await anna.client.webSocketRequest(cloudapi.changefeed, {});
      const socket = new WebSocket(url, options);
      return once(socket, 'open').then(
        () => socket,
        () => undefined,
      );
    };
    const open = (): Promise<WebSocket | undefined> => eventually('a changefeed opens', attempt, (socket) => socket !== undefined);
    const sockets: (WebSocket | undefined)[] = [];
    for (let n = 0; n < 50; n++) sockets.push(await open());
    try {
      const refused = await cloud.nereid(['changefeed']);
      expect(refused).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('(RequestThrottled): The account has 50 changefeeds open'),
      });
      const terminal = cloud.terminal('nereid instance wait web0');
      await terminal.until(/Waiting for instance web0/);
      await anna.act(id, 'start');
      expect(await terminal.ended).toBe(0);
    } finally {
      for (const socket of sockets) socket!.terminate();
    }
  }, 60_000);
});
