/** The release this agent belongs to; said in its facts. */
export const agentVersion = '0.1.0';
