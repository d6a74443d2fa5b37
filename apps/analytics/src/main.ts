import { runApps } from '@nereid/platform';
import { analyticsApp } from './index';

void runApps([analyticsApp]);
