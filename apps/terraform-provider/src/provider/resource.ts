import type { Catalogue } from '../api/catalogue';
import type { Cloud } from '../api/cloud';
import type { Problem } from '../diagnostics/problem';
import type { Asked, Plan } from '../plan/planner';
import type { Block } from '../schema/schema';
import type { ObjectValue } from '../values/value';

/** What resources and data sources work with, once the provider is configured. */
export interface Reach {
  readonly cloud: Cloud;
  readonly catalogue: Catalogue;
}

/** A kind of object that Terraform manages. What it throws is told to the user at the attribute it is about. */
export interface Resource {
  readonly name: string;
  readonly block: Block;
  /** What single attributes cannot show to be wrong. Any value may be unknown. */
  validate?(config: ObjectValue): Problem[];
  /** What is asked, without the differences that mean nothing; `reach` is undefined while the provider's own configuration is unknown. */
  prepare?(asked: Asked, reach: Reach | undefined): Promise<Asked>;
  /** Makes a plan better by what only the cloud knows. */
  refine?(plan: Plan, asked: Asked, reach: Reach | undefined): Promise<Plan>;
  /** Makes it. @throws PartlyDone something was made all the same */
  create(planned: ObjectValue, reach: Reach): Promise<ObjectValue>;
  /** As it is now; null when it is gone. `state` holds little but the id when it is being imported. */
  read(state: ObjectValue, reach: Reach): Promise<ObjectValue | null>;
  /** Changes it in place. @throws PartlyDone with what is true now */
  update(prior: ObjectValue, planned: ObjectValue, reach: Reach): Promise<ObjectValue>;
  /** Removes it; what is gone already counts as removed. */
  delete(prior: ObjectValue, reach: Reach): Promise<void>;
  /** As much state as `read` needs. @throws Problem there is none of that id */
  import(id: string, reach: Reach): Promise<ObjectValue>;
}

/** A question that a configuration can ask. */
export interface DataSource {
  readonly name: string;
  readonly block: Block;
  read(config: ObjectValue, reach: Reach): Promise<ObjectValue>;
}

/** A change that did not get to its end; `state` is what is true now, and is kept. */
export class PartlyDone extends Error {
  constructor(
    readonly state: ObjectValue,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'PartlyDone';
  }
}
