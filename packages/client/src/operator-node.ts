/** What a program in Node needs beside `@nereid/client/operator`. */
export * from './operator/node-transport';
