import { runApps } from '@nereid/platform';
import { adminapiApp } from './index';

void runApps([adminapiApp]);
