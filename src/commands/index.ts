import Apply from './multikeylistener/apply.js';
import Check from './multikeylistener/check.js';
import Completion from './multikeylistener/completion.js';
import Create from './multikeylistener/create.js';
import Delete from './multikeylistener/delete.js';
import Generate from './multikeylistener/generate.js';
import Inspect from './multikeylistener/inspect.js';
import Shift from './multikeylistener/shift.js';
import Status from './multikeylistener/status.js';
import Traffic from './multikeylistener/traffic.js';
import Update from './multikeylistener/update.js';
import Validate from './multikeylistener/validate.js';
import Wait from './multikeylistener/wait.js';

/** The commands by oclif id; each has an alias under the topic `mkl`. */
export const COMMANDS = {
  'multikeylistener:apply': Apply,
  'multikeylistener:check': Check,
  'multikeylistener:completion': Completion,
  'multikeylistener:create': Create,
  'multikeylistener:delete': Delete,
  'multikeylistener:generate': Generate,
  'multikeylistener:inspect': Inspect,
  'multikeylistener:shift': Shift,
  'multikeylistener:status': Status,
  'multikeylistener:traffic': Traffic,
  'multikeylistener:update': Update,
  'multikeylistener:validate': Validate,
  'multikeylistener:wait': Wait,
};
