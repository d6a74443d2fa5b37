import { until } from '@nereid/ports/until';
import type { ImageSource } from '../image-driver';
import type { InstanceSpec } from '@nereid/contracts';
import type { GuestProgram, GuestTerminal } from '../terminal';
import { aTask, anInstance, bringUp, takeDown } from './fixtures';
import type { DriverHarness } from './harness';

const size = { columns: 80, rows: 24 };

/** Consoles and programs. The harness's guests have a shell that knows `echo`, `cat`, `stty size` and `exit`. */
export function terminalSuite(use: () => DriverHarness, image: () => ImageSource): void {
  describe('terminals', () => {
    let spec: InstanceSpec;
    const exec = (program: Partial<GuestProgram>): Promise<GuestTerminal> =>
      use().driver.guest.exec(spec.id, { command: [], terminal: undefined, ...program });
    beforeAll(async () => {
      spec = anInstance(use(), image());
      await bringUp(use(), spec);
    });
    afterAll(() => takeDown(use(), spec));

    it('run a shell that sees what is typed, its size, and ends with its own exit code', async () => {
      const shell = await exec({ terminal: size });
      const heard = listen(shell.output);
      shell.input.write('echo one two\r');
      await until('an answer', () => /\r\none two\r\n/.test(heard()));
      shell.input.write('stty size\r');
      await until('the first size', () => /\r\n24 80\r\n/.test(heard()));
      shell.resize({ columns: 132, rows: 43 });
      shell.input.write('stty size\r');
      await until('the second size', () => /\r\n43 132\r\n/.test(heard()));
      shell.input.write('exit 7\r');
      expect(await shell.ended).toEqual({ exitCode: 7 });
      shell.close();
    });

    it('run a program without a terminal: its bytes as they are, its errors apart, its end', async () => {
      const copy = await exec({ command: ['cat'] });
      const heard = listen(copy.output, 'latin1');
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256));
      copy.input.end(bytes);
      expect(await copy.ended).toEqual({ exitCode: 0 });
      await until('all bytes', () => heard().length === bytes.length);
      expect(heard()).toBe(bytes.toString('latin1'));

      const failing = await exec({ command: ['cat', '/nowhere'] });
      const [out, errors] = [listen(failing.output), listen(failing.errors!)];
      expect((await failing.ended).exitCode).toBe(1);
      await until('its complaint', () => errors().includes('/nowhere'));
      expect(out()).toBe('');
    });

    it('end a program that is closed', async () => {
      const shell = await exec({ terminal: size });
      listen(shell.output);
      shell.close();
      shell.close();
      await shell.ended;
    });

    it('refuse what cannot run', async () => {
      await expect(exec({ command: ['/no/such/program'] })).rejects.toMatchObject({ name: 'DriverError', code: 'Invalid' });
      const { guest } = use().driver;
      const nobody = anInstance(use(), image());
      await expect(guest.attachConsole(nobody.id)).rejects.toMatchObject({ code: 'NotFound' });
      await expect(guest.exec(nobody.id, { command: [], terminal: size })).rejects.toMatchObject({ code: 'NotFound' });
    });

    it('show the console to one at a time, with what was written before, and do not wait for anybody', async () => {
      const { guest } = use().driver;
      const first = await guest.attachConsole(spec.id);
      const heard = listen(first.output);
      first.input.write('\r');
      first.input.write('echo for the record\r');
      await until('an answer', () => /\r\nfor the record\r\n/.test(heard()));
      const second = await guest.attachConsole(spec.id);
      const again = listen(second.output);
      expect(await first.ended).toEqual({});
      await until('what was written before', () => /\r\nfor the record\r\n/.test(again()));
      second.resize({ columns: 100, rows: 30 });
      second.input.write('stty size\r');
      await until('its size', () => /\r\n30 100\r\n/.test(again()));
      second.close();
      await second.ended;
    });

    it('end with their instance, which then has none', async () => {
      const { guest, instance } = use().driver;
      const [console, shell] = [await guest.attachConsole(spec.id), await exec({ terminal: size })];
      listen(console.output);
      listen(shell.output);
      await instance.stop(aTask(), spec.id, { mode: 'kill', timeoutMs: 0 });
      await Promise.all([console.ended, shell.ended]);
      await expect(guest.attachConsole(spec.id)).rejects.toMatchObject({ code: 'Conflict' });
      await expect(exec({})).rejects.toMatchObject({ code: 'Conflict' });
      await instance.start(aTask(), spec.id);
      const after = await guest.attachConsole(spec.id);
      after.close();
    });
  });
}

function listen(stream: NodeJS.ReadableStream, encoding: BufferEncoding = 'utf8'): () => string {
  let heard = '';
  stream.setEncoding(encoding).on('data', (text: string) => (heard += text));
  return () => heard;
}
