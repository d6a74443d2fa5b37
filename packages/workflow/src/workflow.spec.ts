import { ServerId, VmId } from '@nereid/contracts';
import { z } from 'zod';
import { NodeTask, step, workflow } from '.';

interface Ports {
  placement: { reserve(want: { vm: VmId; key: string }): Promise<{ server: ServerId }>; release(key: string): Promise<void> };
  nics: { reserve(vm: VmId): Promise<{ macs: string[] }>; release(key: string): Promise<void> };
}

const provision = workflow<Ports>()('vm.provision', z.object({ vm: VmId }))
  .together(
    step('pick-server', {
      output: z.object({ server: ServerId }),
      run: ({ input, on, key }) => on.placement.reserve({ vm: input.vm, key }),
      undo: ({ on, key, output }) => on.placement.release(output?.server ?? key),
    }),
    step('reserve-nics', {
      output: z.object({ macs: z.array(z.string()) }),
      run: ({ input, on }) => on.nics.reserve(input.vm),
      undo: ({ on, key }) => on.nics.release(key),
    }),
  )
  .step('boot', {
    output: z.object({ seen: z.object({ state: z.string() }) }),
    run: ({ input, done }) => {
      // @ts-expect-error the server is a server, not a network
      const wrong: number = done['pick-server'].server;
      void wrong;
      return new NodeTask(done['pick-server'].server, 'instance.remove', { id: input.vm });
    },
    undo: ({ input, done }) => new NodeTask(done['pick-server'].server, 'instance.remove', { id: input.vm }),
  });

describe('workflow', () => {
  it('knows its steps, groups and crash points', () => {
    expect(provision.id).toBe('vm.provision@1');
    expect(provision.stepNames).toEqual(['pick-server', 'reserve-nics', 'boot']);
    expect(provision.firstSteps).toEqual(['pick-server', 'reserve-nics']);
    expect(provision.crashPoints()).toHaveLength(18);
    expect(provision.crashPoints().slice(0, 3)).toEqual([
      'vm.provision/before:pick-server',
      'vm.provision/after-act:pick-server',
      'vm.provision/after-record:pick-server',
    ]);
    expect(provision.crashPoints().at(-1)).toBe('vm.provision/after-record:undo:pick-server');
  });

  it('refuses two steps of one name', () => {
    const again = { output: z.object({}), run: () => ({}) };
    expect(() => provision.step('boot', again)).toThrow(/two steps of one name/);
    expect(() => workflow<Ports>()('Provision', z.object({}))).toThrow(/<resource>.<verb>/);
  });
});
