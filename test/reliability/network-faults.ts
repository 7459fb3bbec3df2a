import type { Answer, Fault, HttpFault, Seen } from '../support/faults/faulty-proxy.js';
import { isWrite } from '../support/faults/faulty-proxy.js';
import type { Action } from '../support/faults/faulty-wire.js';

/** What a command must come to. */
export interface Expected {
  exit: number;
  /** Part of what stderr says. */
  says?: RegExp;
  /** Whether stderr says that the write may be done. */
  doubt?: boolean;
  /** Writes that the server carried out; where that is a race, at most one, and none that stderr leaves no doubt of. */
  done?: number | 'race';
  /** What it may come to as well. */
  or?: Expected;
}

/** One fault at one point of a request, and what reads and writes must come to. */
export interface RequestFault {
  fault: string;
  where: string;
  make: (when: (request: Seen) => boolean) => Fault;
  read?: Expected;
  write?: Expected;
  /** What a delete does, where it is not what other writes do. */
  delete?: Expected;
  /** It takes a whole --request-timeout. */
  slow?: boolean;
  /** The short form leaves it out. */
  long?: boolean;
}

const NAMES: Record<Action, string> = {
  reset: 'cut (RST)',
  end: 'cut (FIN)',
  delay: 'delayed beyond --request-timeout',
  halve: 'half of it, then the end',
  duplicate: 'sent twice',
  corrupt: 'corrupted',
};

const UNREACHABLE: Expected = { exit: 8, says: /cannot be reached/ };
const TLS: Expected = { exit: 8, says: /cannot establish a trusted TLS connection/ };
const LATE: Expected = { exit: 8, says: /did not answer within 2 s/ };
const NO_SERVER: Expected = { exit: 1, says: /the server (is not a Kubernetes|does not speak HTTP)/ };
const BROKEN_OFF: Expected = { exit: 1, says: /cut off/ };
const FINE: Expected = { exit: 0, done: 1 };

const nothing = (expected: Expected): Expected => ({ ...expected, doubt: false, done: 0 });
const unknown = (expected: Expected, done: number): Expected => ({ ...expected, doubt: true, done });

function wire(at: 'connect' | 'tls', action: Action, expected: Expected): RequestFault {
  const where = at === 'connect' ? 'connecting' : 'the TLS handshake';
  const make = (): Fault => ({ at, action });
  return { fault: NAMES[action], where, make, read: expected, write: nothing(expected), slow: action === 'delay' };
}

function http(at: HttpFault['at'], action: Action, read: Expected | undefined, write: Expected): RequestFault {
  const where = { request: 'the request', headers: 'the headers', body: 'the body' }[at as 'body'];
  const make: RequestFault['make'] = (when) => ({ at, action, when });
  return { fault: NAMES[action], where, make, read, write, slow: action === 'delay' };
}

const HTML = '<html><body>Please log in</body></html>';
const status = (code: number, reason: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `${reason}, it says` });
const json = (code: number, reason: string, headers: Record<string, string> = {}): Answer => ({
  status: code,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: status(code, reason),
});
const web = (code: number, headers: Record<string, string> = {}): Answer => ({
  status: code,
  headers: { 'Content-Type': 'text/html', ...headers },
  body: HTML,
});

/** Answers that are not the server's own, or that it gives when it is unwell. */
export const ANSWERS: Record<string, Answer> = {
  '429, Retry-After: 1, once': json(429, 'TooManyRequests', { 'Retry-After': '1' }),
  '429, Retry-After: 3600': json(429, 'TooManyRequests', { 'Retry-After': '3600' }),
  '500': json(500, 'InternalError'),
  '503': json(503, 'ServiceUnavailable'),
  '410': json(410, 'Expired'),
  '401': json(401, 'Unauthorized'),
  'a captive portal (200, HTML)': web(200),
  'a captive portal (403, HTML)': web(403),
  'a captive portal (404, HTML)': web(404),
  'another service (200, JSON)': {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: '{"error":"please log in"}',
  },
  'a redirect': web(302, { Location: 'https://portal.example/login' }),
};

function answered(name: string, read: Expected, write: Expected, times?: number): RequestFault {
  const make: RequestFault['make'] = (when) => ({ at: 'answer', answer: ANSWERS[name], when, times });
  return { fault: name, where: 'the answer', make, read, write };
}

const FAILED = (code: number): Expected => ({ exit: 1, says: new RegExp(`failed with status ${code}`) });

export const REQUEST_FAULTS: readonly RequestFault[] = [
  wire('connect', 'reset', UNREACHABLE),
  wire('connect', 'end', UNREACHABLE),
  wire('connect', 'delay', LATE),
  wire('tls', 'reset', UNREACHABLE),
  wire('tls', 'end', UNREACHABLE),
  wire('tls', 'halve', UNREACHABLE),
  wire('tls', 'delay', LATE),
  // With TLS 1.3 the client has what it needs, and may have sent its request, before it reads the second copy.
  { ...wire('tls', 'duplicate', TLS), write: { ...TLS, done: 'race' } },
  wire('tls', 'corrupt', TLS),
  http('request', 'reset', UNREACHABLE, unknown(UNREACHABLE, 0)),
  http('request', 'end', UNREACHABLE, unknown(UNREACHABLE, 0)),
  // The server does it when nobody waits for it any more.
  http('request', 'delay', LATE, unknown(LATE, 1)),
  http('request', 'halve', undefined, unknown(UNREACHABLE, 0)),
  http('request', 'duplicate', { exit: 0 }, FINE),
  {
    ...http('request', 'corrupt', undefined, nothing({ exit: 1, says: /rejected/ })),
    // The server finds the fault of a delete's body too late to say 400.
    delete: unknown({ exit: 1, says: /status 500/ }, 0),
  },
  http('headers', 'reset', UNREACHABLE, unknown(UNREACHABLE, 1)),
  http('headers', 'end', UNREACHABLE, unknown(UNREACHABLE, 1)),
  http('headers', 'halve', UNREACHABLE, unknown(UNREACHABLE, 1)),
  http('headers', 'delay', LATE, unknown(LATE, 1)),
  http('headers', 'duplicate', NO_SERVER, unknown(NO_SERVER, 1)),
  http('headers', 'corrupt', NO_SERVER, unknown(NO_SERVER, 1)),
  // A reset discards what a busy program has not read yet, so the headers may be lost too.
  http('body', 'reset', { ...BROKEN_OFF, or: UNREACHABLE }, unknown({ ...BROKEN_OFF, or: unknown(UNREACHABLE, 1) }, 1)),
  http('body', 'end', BROKEN_OFF, unknown(BROKEN_OFF, 1)),
  http('body', 'halve', NO_SERVER, unknown(NO_SERVER, 1)),
  http('body', 'delay', LATE, unknown(LATE, 1)),
  http('body', 'duplicate', { exit: 0 }, FINE),
  http('body', 'corrupt', NO_SERVER, unknown(NO_SERVER, 1)),
  {
    fault: NAMES.corrupt,
    where: 'a TLS record of the answer',
    make: (when) => ({ at: 'record', action: 'corrupt', when }),
    read: BROKEN_OFF,
    write: unknown(BROKEN_OFF, 1),
  },
  {
    fault: 'cut (FIN), once',
    where: 'the headers',
    make: (when) => ({ at: 'headers', action: 'end', when, times: 1 }),
    read: { exit: 0 },
    write: unknown(UNREACHABLE, 1),
  },
  answered('429, Retry-After: 1, once', { exit: 0 }, FINE, 1),
  answered('429, Retry-After: 3600', FAILED(429), nothing(FAILED(429))),
  answered('500', FAILED(500), unknown(FAILED(500), 0)),
  answered('503', FAILED(503), unknown(FAILED(503), 0)),
  answered('410', { exit: 1, says: /410|no longer/ }, nothing({ exit: 1, says: /410|no longer/ })),
  answered('401', { exit: 4, says: /authentication failed/ }, nothing({ exit: 4, says: /authentication failed/ })),
  answered('a captive portal (200, HTML)', NO_SERVER, unknown(NO_SERVER, 0)),
  answered('a captive portal (403, HTML)', NO_SERVER, nothing(NO_SERVER)),
  answered('a captive portal (404, HTML)', NO_SERVER, nothing(NO_SERVER)),
  answered('another service (200, JSON)', NO_SERVER, unknown(NO_SERVER, 0)),
  answered('a redirect', NO_SERVER, nothing(NO_SERVER)),
];

/** One command line, its main request, and whether it writes. */
export interface Command {
  name: string;
  args: readonly string[];
  main: (request: Seen) => boolean;
  /** The resource `web` is there before. */
  exists: boolean;
  writes: boolean;
}

export const COMMANDS: readonly Command[] = [
  { name: 'status NAME', args: ['status', 'web'], main: ({ url }) => /\/web$/.test(url), exists: true, writes: false },
  {
    name: 'status',
    args: ['status'],
    main: ({ url }) => /multikeylisteners\?/.test(url),
    exists: true,
    writes: false,
  },
  {
    name: 'create',
    args: ['create', 'web', '8080', '--weighted', 'a=1', '--wait', 'none'],
    main: isWrite,
    exists: false,
    writes: true,
  },
  {
    name: 'update',
    args: ['update', 'web', '--port', '9090', '--wait', 'none'],
    main: isWrite,
    exists: true,
    writes: true,
  },
  { name: 'apply', args: ['apply', '-f', 'MANIFEST', '--wait', 'none'], main: isWrite, exists: true, writes: true },
  { name: 'delete', args: ['delete', 'web'], main: isWrite, exists: true, writes: true },
];
