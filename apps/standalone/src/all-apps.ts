import { adminapiApp } from '@nereid-app/adminapi';
import { analyticsApp } from '@nereid-app/analytics';
import { cloudapiApp } from '@nereid-app/cloudapi';
import { cnapiApp } from '@nereid-app/cnapi';
import { identityApp } from '@nereid-app/identity';
import { imgapiApp } from '@nereid-app/imgapi';
import { napiApp } from '@nereid-app/napi';
import { vmapiApp } from '@nereid-app/vmapi';

/** Every service of the cloud, owners first, doors last. */
export const allApps = [identityApp, cnapiApp, napiApp, imgapiApp, vmapiApp, analyticsApp, adminapiApp, cloudapiApp];
