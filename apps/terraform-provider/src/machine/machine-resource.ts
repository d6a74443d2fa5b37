import { cloudapi } from '@nereid/contracts';
import type { Ids } from '@nereid/ports';
import { isId } from '../api/catalogue';
import { Problem } from '../diagnostics/problem';
import type { Asked, Plan } from '../plan/planner';
import type { Reach, Resource } from '../provider/resource';
import { emptyBlock } from '../schema/schema';
import { isList, text, type ObjectValue } from '../values/value';
import { machineBlock } from './attributes';
import { createMachine } from './create';
import { deleteMachine } from './delete';
import { checkKeys } from './metadata-keys';
import { refineMachine, respell } from './refine';
import { spellingOf } from './spelling';
import { toState } from './state';
import { Unrecorded } from './unrecorded';
import { updateMachine } from './update';
import { find } from './wait';

/** `nereid_machine`: an instance. */
export class MachineResource implements Resource {
  readonly name = 'nereid_machine';
  readonly block = machineBlock;
  private readonly unrecorded = new Unrecorded();

  constructor(private readonly ids: Ids) {}

  validate(config: ObjectValue): Problem[] {
    const networks = config['networks'];
    const twice = isList(networks) ? networks.findIndex((each, index) => typeof each === 'string' && networks.indexOf(each) < index) : -1;
    const complaint = 'An instance has at most one NIC on each network.';
    return [...checkKeys(config), ...(twice < 0 ? [] : [new Problem('The same network twice', complaint, ['networks', twice])])];
  }

  prepare(asked: Asked, reach: Reach | undefined): Promise<Asked> {
    return respell(asked, reach);
  }

  refine(plan: Plan, asked: Asked, reach: Reach | undefined): Promise<Plan> {
    return refineMachine(plan, asked, reach);
  }

  create(planned: ObjectValue, reach: Reach): Promise<ObjectValue> {
    return createMachine(planned, reach, this.unrecorded, this.ids);
  }

  /** A failed one counts as gone: nothing of it is left on any server. */
  async read(state: ObjectValue, reach: Reach): Promise<ObjectValue | null> {
    const id = text(state['id'])!;
    this.unrecorded.isRecorded(id);
    const machine = await find(reach.cloud, id);
    if (!machine || machine.state === 'failed') return null;
    return toState(machine, state, await spellingOf(machine, state, reach));
  }

  update(prior: ObjectValue, planned: ObjectValue, reach: Reach): Promise<ObjectValue> {
    return updateMachine(prior, planned, reach, this.ids);
  }

  delete(prior: ObjectValue, reach: Reach): Promise<void> {
    this.unrecorded.isRecorded(text(prior['id'])!);
    return deleteMachine(prior, reach);
  }

  /** By id, or by name. */
  async import(id: string, { cloud }: Reach): Promise<ObjectValue> {
    const found = isId(id) ? await find(cloud, id.toLowerCase()) : (await cloud.call(cloudapi.listMachines, {}, { name: id })).body[0];
    if (!found) throw new Problem('Cannot import', `The account has no instance "${id}": give its id or its name.`);
    return { ...emptyBlock(this.block), id: found.id };
  }
}
