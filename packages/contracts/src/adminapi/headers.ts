/** Of a list: how many match in all, where the route says so. */
export const countHeader = 'x-joyent-resource-count';

/** Of a list: what to send as `marker` for the next page; absent on the last. */
export const markerHeader = 'x-next-marker';

/** Of a request that changes something: the session's token, from the answer to signing in or of `GET /sessions/current`. */
export const csrfHeader = 'x-csrf-token';
