import { runApps } from '@nereid/platform';
import { imgapiApp } from './index';

void runApps([imgapiApp]);
