import type { RouterState } from '../../../../src/model/router.js';

export interface Told {
  id?: string;
  startedAt?: number;
  values?: Record<string, number>;
  given?: Record<string, number>;
  reached?: string[];
  up?: boolean;
  message?: string;
  open?: number;
}

/** What a router says of a weighted listener named web. */
export function told({ id = 'r1', startedAt, values = { east: 3, west: 1 }, given = {}, ...rest }: Told): RouterState {
  const { reached = Object.keys(values), up = true, message = '', open = 0 } = rest;
  const keys = Object.entries(values).map(([key, value]) => ({ key, value, given: given[key] ?? 0 }));
  const opened = keys.reduce((sum, key) => sum + key.given, 0);
  return {
    routers: [id],
    ...(startedAt === undefined ? {} : { startedAt }),
    listeners: [{ name: 'web', host: '', port: 1025, strategy: 'weighted', up, message, opened, open, keys }],
    addresses: Object.fromEntries(reached.map((key) => [key, { local: 1, remote: 0, through: [] }])),
  };
}
