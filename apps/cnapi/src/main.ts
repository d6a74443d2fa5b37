import { runApps } from '@nereid/platform';
import { cnapiApp } from './index';

void runApps([cnapiApp]);
