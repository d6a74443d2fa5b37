import { adminapiApp } from '@nereid-app/adminapi';
import { cloudapiApp } from '@nereid-app/cloudapi';
import { cnapiApp } from '@nereid-app/cnapi';
import { identityApp } from '@nereid-app/identity';
import { imgapiApp } from '@nereid-app/imgapi';
import { napiApp } from '@nereid-app/napi';
import { vmapiApp } from '@nereid-app/vmapi';
import { runApps } from '@nereid/platform';

// All services in one process: the same code, the same bus and the same database roles as one process an app; only the processes are fewer.
void runApps([identityApp, cnapiApp, napiApp, imgapiApp, vmapiApp, adminapiApp, cloudapiApp]);
