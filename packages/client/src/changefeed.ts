/** Changes of an account's instances as they happen. Loads what WebSockets need: import it where one is opened. */
export * from './changefeed/changefeed';
