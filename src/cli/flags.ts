import { Args, Flags } from './oclif.js';
import ms, { type StringValue } from 'ms';
import { Failure } from '../model/failure.js';
import { OBSERVERS } from '../model/resource.js';
import { PLATFORMS } from '../store/platforms.js';
import { DATA_FORMAT_NAMES, isTemplate, TABLE_FORMAT_NAMES, VALUE_FORMAT_NAMES } from '../view/formats.js';
import { CUSTOM_COLUMNS } from '../view/custom-columns.js';
import { VALIDATE_FORMATS } from '../view/validate.js';
import { WAIT_GOALS } from '../operations/wait/goals.js';

/** Parses `30s`, `2m`, `500ms` or a number of seconds into milliseconds. Throws `usage` for anything else. */
export function parseDuration(text: string, flag: string): number {
  const bare = /^[0-9]+(\.[0-9]+)?$/.test(text);
  const valid = bare || /^([0-9]+(\.[0-9]+)?)(ms|s|m|h)$/.test(text);
  const value = valid ? ms((bare ? `${text}s` : text) as StringValue) : NaN;
  if (Number.isFinite(value) && value > 0) return Math.ceil(value);
  throw new Failure('usage', `invalid duration ${JSON.stringify(text)}`, {
    causes: [
      {
        field: `--${flag}`,
        message: 'expected a number with a unit, such as 30s, 2m or 500ms, or a number of seconds',
      },
    ],
  });
}

export const duration = (flag: string, description: string, dependsOn?: string[]) =>
  Flags.string({
    description,
    helpValue: 'DURATION',
    dependsOn,
    parse: async (text) => String(parseDuration(text, flag)),
  });

const system = PLATFORMS.filter((platform) => platform.family === 'system').map((platform) => platform.name);

/** Checks a format of `status`: a registered one, or custom columns. Throws `usage` for any other. */
function tableFormat(text: string): string {
  if (text.startsWith(CUSTOM_COLUMNS) || TABLE_FORMAT_NAMES.includes(text)) return text;
  throw new Failure('usage', `invalid output format ${JSON.stringify(text)}`, {
    causes: [{ field: '--output', message: `must be one of ${TABLE_FORMAT_NAMES.join(', ')} or ${CUSTOM_COLUMNS}…` }],
    ...(isTemplate(text) && { hint: `For single values: -o ${CUSTOM_COLUMNS}NAME:.metadata.name, or -o json | jq` }),
    slips: [{ kind: 'value', given: text, allowed: TABLE_FORMAT_NAMES }],
  });
}

/** Checks a text that is sent as an HTTP header. Throws `usage` if it is empty or has control characters. */
function headerText(text: string, flag: string): string {
  if (text !== '' && !/\p{Cc}/u.test(text)) return text;
  throw new Failure('usage', `invalid value ${JSON.stringify(text)} for --${flag}`, {
    causes: [{ field: `--${flag}`, message: 'must not be empty or contain control characters' }],
  });
}

/** Flags of every command. */
export const globalFlags = {
  platform: Flags.string({
    char: 'p',
    description: `platform to use: ${PLATFORMS.map((platform) => platform.name).join(', ')} [env: SKUPPER_PLATFORM; default: kubernetes]`,
    helpValue: 'PLATFORM',
    helpGroup: 'GLOBAL',
  }),
  namespace: Flags.string({
    char: 'n',
    description: 'namespace [default: from the kubeconfig context, or "default"]',
    helpValue: 'NAMESPACE',
    helpGroup: 'GLOBAL',
  }),
  context: Flags.string({ char: 'c', description: 'kubeconfig context', helpValue: 'NAME', helpGroup: 'GLOBAL' }),
  kubeconfig: Flags.string({
    description: 'path to the kubeconfig file [env: KUBECONFIG]',
    helpValue: 'FILE',
    helpGroup: 'GLOBAL',
  }),
  as: Flags.string({
    description: 'user or service account to impersonate',
    helpValue: 'USER',
    helpGroup: 'GLOBAL',
    parse: async (text) => headerText(text, 'as'),
  }),
  'as-group': Flags.string({
    description: 'group to impersonate; may repeat',
    helpValue: 'GROUP',
    helpGroup: 'GLOBAL',
    multiple: true,
    multipleNonGreedy: true,
    dependsOn: ['as'],
    parse: async (text) => headerText(text, 'as-group'),
  }),
  'request-timeout': {
    ...duration('request-timeout', 'timeout of a single request to the server [default: 15s]'),
    helpGroup: 'GLOBAL',
  },
  'data-home': Flags.string({
    description: `directory that contains namespaces/ (${system.join(', ')}) [env: SKUPPER_MKL_DATA_HOME]`,
    helpValue: 'DIR',
    helpGroup: 'GLOBAL',
  }),
  'no-color': Flags.boolean({ description: 'disable colors [env: NO_COLOR]', helpGroup: 'GLOBAL' }),
  'no-input': Flags.boolean({ description: 'never prompt; fail if input is missing', helpGroup: 'GLOBAL' }),
  debug: Flags.boolean({
    description: 'show underlying errors, with stack traces [env: DEBUG]',
    helpGroup: 'GLOBAL',
  }),
  help: Flags.help({ char: 'h', description: 'show help', helpGroup: 'GLOBAL' }),
};

const outputFlag = (options: readonly string[], rest: string) =>
  Flags.string({ char: 'o', description: `${options.join(', ')}${rest}`, helpValue: 'FORMAT', options: [...options] });

export const tableOutput = {
  output: Flags.string({
    char: 'o',
    description: `${TABLE_FORMAT_NAMES.join(', ')}, ${CUSTOM_COLUMNS}HEADER:.path,... [default: table]`,
    helpValue: 'FORMAT',
    parse: async (text) => tableFormat(text),
  }),
  'sort-by': Flags.string({
    description: 'sort by the value at this path, for example .spec.port',
    helpValue: 'PATH',
    exclusive: ['watch'],
  }),
};
export const dataOutput = { output: outputFlag(DATA_FORMAT_NAMES, '') };
export const checkOutput = { output: outputFlag(VALUE_FORMAT_NAMES, ' [default: text]') };
export const valueOutput = { output: outputFlag(VALUE_FORMAT_NAMES, '') };

export const timeoutFlag = { timeout: duration('timeout', 'maximum time to wait [default: 60s]') };

/** Flags of commands that write. */
export const writeFlags = {
  'dry-run': Flags.string({
    description:
      "none (default): write; client: check and print, write nothing; server: also validate on the server (or against the site's files)",
    helpValue: 'WHO',
    options: ['none', 'client', 'server'],
  }),
  ...timeoutFlag,
};
export const DEFAULT_TIMEOUT_MS = 60_000;

export const waitFlag = {
  wait: Flags.string({
    description: `wait until the resource reaches STATE: none, ${WAIT_GOALS.join(', ')} [default: configured on Kubernetes, none elsewhere]`,
    helpValue: 'STATE',
    options: ['none', ...WAIT_GOALS],
  }),
};

export const preflightFlags = {
  preflight: Flags.boolean({ description: 'check related resources before writing', allowNo: true, default: true }),
  force: Flags.boolean({ description: 'write even if preflight checks fail' }),
};

const many = (description: string, helpValue: string, char?: 'f') =>
  Flags.string({ char, description, helpValue, multiple: true, multipleNonGreedy: true });

export const strategyFlags = {
  weighted: many('share connections among routing keys by weight; may repeat', 'KEY=WEIGHT,'),
  priority: many('send all connections to the first reachable routing key; may repeat', 'KEY,KEY,'),
};

export const specFlags = {
  ...strategyFlags,
  host: Flags.string({ description: 'host name or address of the listener', helpValue: 'HOST' }),
  'tls-credentials': Flags.string({
    description: 'name of the Secret with the TLS credentials (system sites: directory under input/certs)',
    helpValue: 'NAME',
  }),
  'require-client-cert': Flags.boolean({
    description: 'require a valid client certificate',
    allowNo: true,
  }),
  observer: Flags.string({ description: `protocol inspection: ${OBSERVERS.join(', ')}`, helpValue: 'NAME' }),
  setting: many('entry of spec.settings; may repeat', 'KEY=VALUE'),
  label: many('label; may repeat', 'KEY=VALUE'),
  annotation: many('annotation; may repeat', 'KEY=VALUE'),
};

export const selectorFlags = {
  selector: Flags.string({
    char: 'l',
    description: 'label selector (kubectl syntax)',
    helpValue: 'SELECTOR',
  }),
};

/** Flags of commands that can read several clusters at once. */
export const fleetFlags = {
  contexts: Flags.string({
    description: 'read these kubeconfig contexts in parallel; may repeat',
    helpValue: 'NAME,NAME,',
    multiple: true,
    multipleNonGreedy: true,
    exclusive: ['context', 'all-contexts'],
  }),
  'all-contexts': Flags.boolean({
    description: 'read all kubeconfig contexts in parallel',
    exclusive: ['context'],
  }),
};

export const inspectFlags = {
  without: many('show where traffic would go if these routing keys were lost', 'KEY,KEY,'),
  router: Flags.boolean({
    description: 'also query the routers (port-forward on Kubernetes; always on system sites)',
  }),
};

export const watchFlags = {
  watch: Flags.boolean({ char: 'w', description: 'watch for changes (Ctrl-C to stop)' }),
  timeout: duration('timeout', 'stop watching after this time', ['watch']),
};

/** The pause between two writes if the routers cannot tell whether they use the first: two seconds are ample (docs/traffic.md). */
export const DEFAULT_SETTLE_MS = 2000;

/** Flags that allow a change of the strategy, and choose how it is carried out. */
export const inPlaceFlags = {
  'in-place': Flags.boolean({
    description: 'change keys or weights of the strategy, in two steps if a single one would interrupt traffic',
  }),
  settle: Flags.string({
    description: 'pause between the two steps of --in-place if the router cannot be queried [default: 2s]',
    helpValue: 'DURATION',
    parse: async (text) => String(parseDuration(text, 'settle')),
    dependsOn: ['in-place'],
    exclusive: ['one-step'],
  }),
  'one-step': Flags.boolean({
    description: 'use a single step, even if that interrupts traffic for a moment',
    dependsOn: ['in-place'],
  }),
  recreate: Flags.boolean({
    description: 'change the kind of the strategy by deleting and recreating the resource',
    exclusive: ['in-place'],
  }),
};

/** The argument of commands that take files. */
export const fileArgs = {
  file: Args.string({ ignoreStdin: true, description: 'files, directories, patterns or URLs; - is standard input' }),
};

/** The flags of commands that read files. */
export const filesFlag = {
  filename: many(
    'file of resources (YAML or JSON), directory, pattern, URL, or - for standard input; may repeat',
    'FILE',
    'f',
  ),
  recursive: Flags.boolean({ char: 'R', description: 'recurse into subdirectories' }),
};

/** The flag for the data formats of `validate`. */
export const validateOutput = {
  output: outputFlag(
    VALIDATE_FORMATS.map(({ name }) => name),
    ' [default: lines of file:line:column: field: message]',
  ),
};

/** The flag of commands that write, for platforms whose sites have to be reloaded. */
export const reloadFlag = {
  reload: Flags.boolean({ description: `run skupper system reload after the write (${system.join(', ')})` }),
};

/** Flags of `shift`. */
export const shiftFlags = {
  to: Flags.string({
    description: 'target shares; other routing keys are removed at the end; may repeat',
    helpValue: 'KEY=SHARE,',
    multiple: true,
    multipleNonGreedy: true,
  }),
  step: Flags.string({
    description: 'percentage points by which the shares move in each step [default: 10]',
    helpValue: 'POINTS',
  }),
  steps: Flags.string({ description: 'number of equal steps', helpValue: 'N', exclusive: ['step'] }),
  every: duration('every', 'minimum time per step [default: 30s]'),
  check: Flags.string({
    description: 'shell command that must succeed after each step; NAME, STEP and SHARES are set in its environment',
    helpValue: 'COMMAND',
  }),
  'check-timeout': duration('check-timeout', 'maximum time for the check command [default: 30s]'),
  'on-failure': Flags.string({
    description: 'what to do when a check fails: go back to the old shares, or stop at this step',
    helpValue: 'WAY',
    options: ['back', 'stop'],
    default: 'back',
  }),
};

/** The flag of a command that prints events while it works. */
export const jsonEvents = {
  output: Flags.string({ char: 'o', description: 'json: one event per line', helpValue: 'FORMAT', options: ['json'] }),
};
