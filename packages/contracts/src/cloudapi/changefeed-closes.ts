/** Reasons for which the customers' door closes a changefeed. */
export const changefeedCloseCodes = {
  goingAway: 1001,
  /** What changed in between is not known any more: connect again, and read what is of interest. */
  restarted: 1012,
  /** The services cannot be asked. */
  tryAgain: 1013,
  /** The key is gone, or the account disabled. */
  signedOut: 4001,
  /** It was not a subscription; the reason says why. */
  badSubscription: 4002,
  /** It read too slowly; connect again, and read what is of interest. */
  tooSlow: 4008,
} as const;
