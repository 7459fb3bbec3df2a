import { Failure } from '../model/failure.js';
import { isNamespaceName } from '../model/names.js';
import { rememberPlace } from '../model/own-command.js';
import { escapeText } from '../model/text.js';
import { findPlatform, PLATFORMS, type Platform } from '../store/platforms.js';
import type { Places, Store, StoreOptions } from '../store/store.js';
import { Conversation } from './terminal/conversation.js';
import { createIo, type Io } from './terminal/io.js';

/** The parsed global flags, which choose the platform, namespace, cluster and user. */
export interface ContextFlags {
  platform?: string;
  namespace?: string;
  context?: string;
  contexts?: string[];
  'all-contexts'?: boolean;
  kubeconfig?: string;
  as?: string;
  'as-group'?: string[];
  'data-home'?: string;
  /** Milliseconds; undefined when not given. */
  'request-timeout'?: number;
  'no-color'?: boolean;
  'no-input'?: boolean;
}

export interface ContextOptions {
  signal: AbortSignal;
  /** Buffer notices on stderr until the command has succeeded. */
  holdNarration?: boolean;
}

export const DEFAULT_REQUEST_TIMEOUT_MS = 15_000;

/** All streams, clocks, signals and stores that a command uses. Stores are opened, and their code loaded, at the first use. */
export interface Context {
  readonly io: Io;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly platform: Platform;
  /** Gives a credential plugin access to the terminal, for example to ask for a password. */
  readonly conversation: Conversation;
  /** `--no-color` was given. */
  readonly noColor: boolean;
  /** The namespace given by flag, if any. */
  readonly namespace: string | undefined;
  /** Opens the store of a namespace and kubeconfig context; the defaults are those of the flags. */
  openStore(namespace?: string, kubeContext?: string): Promise<Store>;
  /** The contexts and namespaces that the user can choose from. */
  places(): Promise<Places>;
  /** Closes the connections of the opened stores, so that the process can end. */
  close(): void;
}

/**
 * The platform of --platform, else of SKUPPER_PLATFORM, else Kubernetes.
 *
 * @throws Failure `usage` for an unknown platform, and for flags that the platform does not have
 */
export function resolvePlatform(flags: ContextFlags, env: Io['env']): Platform {
  const name = flags.platform ?? (env['SKUPPER_PLATFORM'] || 'kubernetes');
  const platform = findPlatform(name);
  const allowed = PLATFORMS.map((each) => each.name);
  if (!platform) {
    const source = flags.platform === undefined ? 'SKUPPER_PLATFORM' : '--platform';
    throw new Failure('usage', `invalid platform ${JSON.stringify(name)}`, {
      causes: [{ field: source, message: `must be one of ${allowed.join(', ')}` }],
      slips: [{ kind: 'value', given: name, allowed }],
    });
  }
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  const wrong = given.filter((flag) => platform.lacks.includes(flag));
  if (wrong.length > 0) {
    throw new Failure(
      'usage',
      `${wrong.map((flag) => `--${flag}`).join(' and ')} cannot be used with --platform ${name}`,
      {
        causes: wrong.map((flag) => ({ field: `--${flag}`, message: `not supported on platform ${name}` })),
        hint: flags.platform === undefined ? `The platform is ${name}; choose another with --platform.` : undefined,
      },
    );
  }
  return platform;
}

function checkNamespace(namespace: string | undefined): void {
  if (namespace === undefined || isNamespaceName(namespace)) return;
  throw new Failure('usage', `invalid namespace ${JSON.stringify(namespace)}`, {
    causes: [
      {
        field: '--namespace',
        message: 'use at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit',
      },
    ],
  });
}

/** Makes the context of a run with the real streams, clock and stores. Throws `usage` for invalid flags. */
export function createContext(flags: ContextFlags, { signal, holdNarration }: ContextOptions): Context {
  const io = createIo({ noColor: flags['no-color'], noInput: flags['no-input'], holdNarration });
  const platform = resolvePlatform(flags, io.env);
  checkNamespace(flags.namespace);
  rememberPlace(flags);
  const conversation = new Conversation(signal);
  const warned = new Set<string>();
  /** Prints each warning once, and none while a live screen is shown. */
  const warn = (text: string): void => {
    if (warned.has(text) || conversation.held) return;
    warned.add(text);
    io.err.lines([`${io.err.style.warn('Warning:')} ${escapeText(text)}`]);
  };
  const stores = new Map<string, Promise<Store>>();
  const storeOptions = (namespace = flags.namespace, kubeContext = flags.context): StoreOptions => ({
    platform: platform.name,
    namespace,
    context: kubeContext,
    kubeconfig: flags.kubeconfig,
    as: flags.as,
    asGroups: flags['as-group'],
    requestTimeoutMs: flags['request-timeout'] ?? DEFAULT_REQUEST_TIMEOUT_MS,
    dataHome: flags['data-home'],
    env: io.env,
    // With several clusters a warning names its context.
    warn: (text) => warn(kubeContext === flags.context ? text : `${kubeContext}: ${text}`),
    ...(io.interactive ? { talk: conversation.talk } : {}),
  });
  return {
    io,
    conversation,
    now: () => Date.now(),
    signal,
    platform,
    noColor: flags['no-color'] ?? false,
    namespace: flags.namespace,
    openStore: (namespace = flags.namespace, kubeContext = flags.context) => {
      const key = JSON.stringify([namespace, kubeContext]);
      const store = stores.get(key) ?? platform.open(storeOptions(namespace, kubeContext));
      stores.set(key, store);
      return store;
    },
    places: () => platform.places(storeOptions()),
    close: () => {
      conversation.end();
      // A store that could not be opened has nothing to close.
      for (const opened of stores.values()) void opened.then((store) => store.close()).catch(() => undefined);
    },
  };
}
