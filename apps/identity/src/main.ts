import { runApps } from '@nereid/platform';
import { identityApp } from './index';

void runApps([identityApp]);
