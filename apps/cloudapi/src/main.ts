import { runApps } from '@nereid/platform';
import { cloudapiApp } from './index';

void runApps([cloudapiApp]);
