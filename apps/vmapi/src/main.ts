import { runApps } from '@nereid/platform';
import { vmapiApp } from './vmapi-app';

void runApps([vmapiApp]);
