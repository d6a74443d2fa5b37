/** How long a session's token waits for its client; it works once. */
export const tokenLifeMs = 60_000;
/** Door and node tell each other that they live, so often. */
export const aliveEveryMs = 5_000;
/** Silence after which the other one counts as gone. */
export const silentAfterMs = 20_000;
/** Of the protocol of a console's WebSocket; the token is offered beside it, as `token.<token>`. */
export const consoleProtocol = 'nereid.console.v1';

/** Why a door closes a console's WebSocket; 1000 after the node's own `end`. */
export const consoleCloseCodes = {
  goingAway: 1001,
  badFrame: 1008,
  nodeSilent: 1011,
  signedOut: 4001,
  /** The session cannot begin; the reason is the error's code. */
  refused: 4004,
  tooSlow: 4008,
} as const;
