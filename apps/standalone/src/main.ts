import { runApps } from '@nereid/platform';
import { allApps } from './all-apps';

// All services in one process: the same code, the same bus and the same database roles as one process an app; only the processes are fewer.
void runApps(allApps);
