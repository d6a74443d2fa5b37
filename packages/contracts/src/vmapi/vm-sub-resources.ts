/** What of an instance can change, in the words of VMAPI's change feed. */
export const vmSubResources = ['alias', 'customer_metadata', 'destroyed', 'nics', 'owner_uuid', 'server_uuid', 'state', 'tags'] as const;
