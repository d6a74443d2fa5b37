import { adminapiApp } from '@nereid-app/adminapi';
import { cnapiApp } from '@nereid-app/cnapi';
import { imgapiApp } from '@nereid-app/imgapi';
import { napiApp } from '@nereid-app/napi';
import { vmapiApp } from '@nereid-app/vmapi';
import { runApps } from '@nereid/platform';

void runApps([cnapiApp, napiApp, imgapiApp, vmapiApp, adminapiApp]);
