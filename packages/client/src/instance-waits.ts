/** Waits for instances; loads nothing that a wait which ends at once does not need. */
export * from './changefeed/instance-waits';
