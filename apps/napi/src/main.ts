import { runApps } from '@nereid/platform';
import { napiApp } from './index';

void runApps([napiApp]);
