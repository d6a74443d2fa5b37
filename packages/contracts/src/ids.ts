import { z } from 'zod';

/**
 * Ids that cross boundaries. Each kind is branded, so that a server's id handed where an account's is wanted does not compile.
 * Customers see UUID v4 (people use the first 8 digits); jobs, events and audit entries are UUID v7, which sort by time.
 */
const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const uuid = z.string().regex(new RegExp(`^${uuidPattern}$`), 'must be a lower-case UUID');

/** Any lower-case UUID, where the kind does not matter. */
export const Uuid = uuid;

export const AccountId = uuid.brand<'AccountId'>();
export type AccountId = z.infer<typeof AccountId>;

export const OperatorId = uuid.brand<'OperatorId'>();
export type OperatorId = z.infer<typeof OperatorId>;

/** An instance's id. Also its zone name and the guest's `sdc:uuid`. */
export const VmId = uuid.brand<'VmId'>();
export type VmId = z.infer<typeof VmId>;

export const ServerId = uuid.brand<'ServerId'>();
export type ServerId = z.infer<typeof ServerId>;

export const ImageId = uuid.brand<'ImageId'>();
export type ImageId = z.infer<typeof ImageId>;

export const NetworkId = uuid.brand<'NetworkId'>();
export type NetworkId = z.infer<typeof NetworkId>;

export const PackageId = uuid.brand<'PackageId'>();
export type PackageId = z.infer<typeof PackageId>;

export const JobId = uuid.brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;

/** Something that is being measured (apps/analytics). */
export const InstrumentationId = uuid.brand<'InstrumentationId'>();
export type InstrumentationId = z.infer<typeof InstrumentationId>;

/** Follows one request through doors, services, jobs and nodes; the value of `x-request-id`. */
export const RequestId = uuid.brand<'RequestId'>();
export type RequestId = z.infer<typeof RequestId>;

/** `<run>/<step>`: the name under which one step reserves something at another service. Released by the same name. */
export const StepKey = z
  .string()
  .regex(new RegExp(`^${uuidPattern}/[a-z0-9-]{1,64}$`), 'must be <run>/<step>')
  .brand<'StepKey'>();
export type StepKey = z.infer<typeof StepKey>;

/** One piece of work asked of one agent: `<run>/<step>/do` or `<run>/<step>/undo`. The same work always has the same id. */
export const TaskId = z
  .string()
  .regex(new RegExp(`^${uuidPattern}/[a-z0-9-]{1,64}/(do|undo)$`), 'must be <run>/<step>/<do|undo>')
  .brand<'TaskId'>();
export type TaskId = z.infer<typeof TaskId>;

/** Lower-case, colon-separated Ethernet address. */
export const Mac = z
  .string()
  .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'must be a MAC address')
  .brand<'Mac'>();
export type Mac = z.infer<typeof Mac>;
