/**
 * `GET /changes` as a WebSocket: one stream of what changed anywhere, by id and version; the objects are read by the routes. The session's
 * cookie and the portal's own Origin are needed. The client speaks first, with `ChangesHello`; the server answers with `ready`, then
 * `changes` as they come, and `heartbeat` every 15 s. A change may come twice, never out of an owner's order; keep the highest `version`
 * of each object. A client that reads too slowly is closed with 4008 and comes back with the last `seq` of each owner.
 */
export const changesPath = '/changes';

export const heartbeatMs = 15_000;

/** Reasons for which the server closes, besides the usual ones. */
export const closeCodes = {
  /** No session, or it has ended: sign in. */
  signedOut: 4001,
  /** The client's first message was not a hello, or came too late, or more came. */
  badHello: 4002,
  /** It read too slowly; come back with the last `seq`. */
  tooSlow: 4008,
} as const;
