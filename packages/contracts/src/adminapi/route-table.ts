// Made from the routes by `npm run generate:docs`; a test compares them.
import type * as adminapi from './index';
import type { AdminRoute } from './route';
import type { RouteLine } from './route-line';

type Declared = typeof adminapi;

/** Every route of the operators' API by the name of its contract, light enough for a browser. */
export const operatorRoutes: {
  readonly [K in keyof Declared as Declared[K] extends AdminRoute ? K : never]: RouteLine<Declared[K] & AdminRoute>;
} = {
  beginTotp: { name: 'BeginTotp', method: 'POST', path: '/sessions/current/totp', status: 200, hasBody: false },
  getSession: { name: 'GetSession', method: 'GET', path: '/sessions/current', status: 200, hasBody: false },
  removeTotp: { name: 'RemoveTotp', method: 'POST', path: '/sessions/current/totp/remove', status: 200, hasBody: true },
  signIn: { name: 'SignIn', method: 'POST', path: '/sessions', status: 201, hasBody: true },
  signOut: { name: 'SignOut', method: 'DELETE', path: '/sessions/current', status: 204, hasBody: false },
  verifyTotp: { name: 'VerifyTotp', method: 'POST', path: '/sessions/current/totp/verify', status: 200, hasBody: true },
  getAttention: { name: 'GetAttention', method: 'GET', path: '/attention', status: 200, hasBody: false },
  actOnVm: { name: 'ActOnVm', method: 'POST', path: '/vmapi/vms/:uuid', status: 202, hasBody: true },
  createVm: { name: 'CreateVm', method: 'POST', path: '/vmapi/vms', status: 202, hasBody: true },
  destroyVm: { name: 'DestroyVm', method: 'DELETE', path: '/vmapi/vms/:uuid', status: 202, hasBody: false },
  explainPlacement: { name: 'ExplainPlacement', method: 'GET', path: '/vmapi/vms/:uuid/placement', status: 200, hasBody: false },
  getVm: { name: 'GetVm', method: 'GET', path: '/vmapi/vms/:uuid', status: 200, hasBody: false },
  listVmAudit: { name: 'ListVmAudit', method: 'GET', path: '/vmapi/vms/:uuid/audit', status: 200, hasBody: false },
  listVmJobs: { name: 'ListVmJobs', method: 'GET', path: '/vmapi/vms/:uuid/jobs', status: 200, hasBody: false },
  listVms: { name: 'ListVms', method: 'GET', path: '/vmapi/vms', status: 200, hasBody: false },
  cancelJob: { name: 'CancelJob', method: 'POST', path: '/jobs/:uuid/cancel', status: 202, hasBody: false },
  getJob: { name: 'GetJob', method: 'GET', path: '/jobs/:uuid', status: 200, hasBody: false },
  listJobs: { name: 'ListJobs', method: 'GET', path: '/jobs', status: 200, hasBody: false },
  retryJob: { name: 'RetryJob', method: 'POST', path: '/jobs/:uuid/retry', status: 202, hasBody: false },
  createEnrolmentToken: { name: 'CreateEnrolmentToken', method: 'POST', path: '/cnapi/enrolment_tokens', status: 201, hasBody: true },
  getServer: { name: 'GetServer', method: 'GET', path: '/cnapi/servers/:uuid', status: 200, hasBody: false },
  listServers: { name: 'ListServers', method: 'GET', path: '/cnapi/servers', status: 200, hasBody: false },
  updateServer: { name: 'UpdateServer', method: 'POST', path: '/cnapi/servers/:uuid', status: 200, hasBody: true },
  createNetwork: { name: 'CreateNetwork', method: 'POST', path: '/napi/networks', status: 201, hasBody: true },
  createNicTag: { name: 'CreateNicTag', method: 'POST', path: '/napi/nic_tags', status: 201, hasBody: true },
  deleteNetwork: { name: 'DeleteNetwork', method: 'DELETE', path: '/napi/networks/:uuid', status: 204, hasBody: false },
  getNetwork: { name: 'GetNetwork', method: 'GET', path: '/napi/networks/:uuid', status: 200, hasBody: false },
  listNetworkIps: { name: 'ListNetworkIps', method: 'GET', path: '/napi/networks/:uuid/ips', status: 200, hasBody: false },
  listNetworks: { name: 'ListNetworks', method: 'GET', path: '/napi/networks', status: 200, hasBody: false },
  listNicTags: { name: 'ListNicTags', method: 'GET', path: '/napi/nic_tags', status: 200, hasBody: false },
  listNics: { name: 'ListNics', method: 'GET', path: '/napi/nics', status: 200, hasBody: false },
  activateImage: { name: 'ActivateImage', method: 'POST', path: '/imgapi/images/:uuid', status: 200, hasBody: true },
  createImage: { name: 'CreateImage', method: 'POST', path: '/imgapi/images', status: 201, hasBody: true },
  createImageUpload: { name: 'CreateImageUpload', method: 'POST', path: '/imgapi/images/:uuid/upload', status: 201, hasBody: true },
  deleteImage: { name: 'DeleteImage', method: 'DELETE', path: '/imgapi/images/:uuid', status: 204, hasBody: false },
  getImage: { name: 'GetImage', method: 'GET', path: '/imgapi/images/:uuid', status: 200, hasBody: false },
  listImages: { name: 'ListImages', method: 'GET', path: '/imgapi/images', status: 200, hasBody: false },
  createPackage: { name: 'CreatePackage', method: 'POST', path: '/papi/packages', status: 201, hasBody: true },
  getPackage: { name: 'GetPackage', method: 'GET', path: '/papi/packages/:uuid', status: 200, hasBody: false },
  listPackages: { name: 'ListPackages', method: 'GET', path: '/papi/packages', status: 200, hasBody: false },
  createAccount: { name: 'CreateAccount', method: 'POST', path: '/identity/accounts', status: 201, hasBody: true },
  createKey: { name: 'CreateKey', method: 'POST', path: '/identity/accounts/:uuid/keys', status: 201, hasBody: true },
  deleteKey: { name: 'DeleteKey', method: 'DELETE', path: '/identity/accounts/:uuid/keys/:fingerprint', status: 204, hasBody: false },
  getAccount: { name: 'GetAccount', method: 'GET', path: '/identity/accounts/:uuid', status: 200, hasBody: false },
  getUsage: { name: 'GetUsage', method: 'GET', path: '/identity/accounts/:uuid/usage', status: 200, hasBody: false },
  listAccounts: { name: 'ListAccounts', method: 'GET', path: '/identity/accounts', status: 200, hasBody: false },
  listKeys: { name: 'ListKeys', method: 'GET', path: '/identity/accounts/:uuid/keys', status: 200, hasBody: false },
  setLimits: { name: 'SetLimits', method: 'PUT', path: '/identity/accounts/:uuid/limits', status: 200, hasBody: true },
  updateAccount: { name: 'UpdateAccount', method: 'POST', path: '/identity/accounts/:uuid', status: 200, hasBody: true },
};
