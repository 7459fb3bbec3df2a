import type { COMMANDS } from './index.js';

type Name = keyof typeof COMMANDS extends `multikeylistener:${infer Word}` ? Word : never;
type Loaders = { readonly [N in Name]: () => Promise<{ default: (typeof COMMANDS)[`multikeylistener:${N}`] }> };

/** Loads a command by its name, so that a run loads only the command that was typed. */
export const LOADERS: Loaders = {
  apply: () => import('./multikeylistener/apply.js'),
  check: () => import('./multikeylistener/check.js'),
  completion: () => import('./multikeylistener/completion.js'),
  create: () => import('./multikeylistener/create.js'),
  delete: () => import('./multikeylistener/delete.js'),
  generate: () => import('./multikeylistener/generate.js'),
  inspect: () => import('./multikeylistener/inspect.js'),
  shift: () => import('./multikeylistener/shift.js'),
  status: () => import('./multikeylistener/status.js'),
  traffic: () => import('./multikeylistener/traffic.js'),
  update: () => import('./multikeylistener/update.js'),
  validate: () => import('./multikeylistener/validate.js'),
  wait: () => import('./multikeylistener/wait.js'),
};
