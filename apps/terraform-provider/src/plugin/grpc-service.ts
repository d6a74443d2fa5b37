import {
  status,
  type Server,
  type ServiceDefinition,
  type UntypedServiceImplementation,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import type { Message } from '../protobuf/protobuf';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each call has its own messages, checked where the handlers are given
type Calls = Readonly<Record<string, { readonly request: Message<any, never>; readonly reply: Message<unknown, any> }>>;
type Handler = (request: unknown) => Promise<unknown>;

/**
 * Adds a service of unary calls. A handler that throws is a defect, never a user's mistake: those are diagnostics in an answer. Terraform
 * shows it as a plugin's error, with the text of what was thrown.
 */
export function addService(
  server: Server,
  name: string,
  calls: Calls,
  handlers: Readonly<Record<string, (request: never) => Promise<unknown>>>,
): void {
  const definition: Record<string, unknown> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const [call, { request, reply }] of Object.entries(calls)) {
    definition[call] = {
      path: `/${name}/${call}`,
      requestStream: false,
      responseStream: false,
      requestDeserialize: (bytes: Buffer): unknown => request.decode(bytes),
      requestSerialize: refuse,
      responseSerialize: (value: unknown) => Buffer.from(reply.encode(value)),
      responseDeserialize: refuse,
    };
    implementation[call] = unary(handlers[call] as Handler);
  }
  server.addService(definition as unknown as ServiceDefinition, implementation);
}

function unary(handle: Handler) {
  return (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): void => {
    handle(call.request).then(
      (reply) => answer(null, reply),
      (error: unknown) =>
        answer({ code: status.INTERNAL, details: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  };
}

/** This end never calls. */
function refuse(): never {
  throw new Error('a provider answers calls and makes none');
}
