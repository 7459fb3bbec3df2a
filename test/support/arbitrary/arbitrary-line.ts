import { readFileSync } from 'node:fs';
import fc, { type Arbitrary } from 'fast-check';

interface ManifestFlag {
  name: string;
  type: 'boolean' | 'option';
  char?: string;
  allowNo?: boolean;
  options?: string[];
  multiple?: boolean;
}

interface ManifestCommand {
  args: Record<string, unknown>;
  flags: Record<string, ManifestFlag>;
}

const COMMANDS = Object.entries(
  (
    JSON.parse(readFileSync(new URL('../../../oclif.manifest.json', import.meta.url), 'utf8')) as {
      commands: Record<string, ManifestCommand>;
    }
  ).commands,
).map(([id, command]) => ({
  word: id.split(':')[1] ?? '', // With --debug a stack trace is what was asked for.
  flags: Object.values(command.flags).filter(({ name }) => name !== 'debug'),
}));

/** A command line with the parts that can be spelled in several ways. */
export interface Line {
  /** `create`, or what somebody typed in its place. */
  command: string;
  words: string[];
  flags: Given[];
}

interface Given {
  spelled: string;
  /** Undefined for a flag without a value. */
  value?: string;
}

/** Values by flag: right ones, and such as people type by mistake. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  platform: ['linux', 'podman', 'linux', 'windows', ''],
  namespace: ['default', 'west', 'West', '../x', '', 'a'.repeat(64)],
  weighted: [
    'east=1,west=1',
    'east=3',
    'east',
    'east=1,east=2',
    'east=0',
    'east=-1',
    'east=1.5',
    '=1',
    'east=',
    ',',
    'e st=1',
  ],
  priority: ['east,west', 'east', 'east,east', 'east=1', '', ',', 'ost\u00e9,\u6771'],
  host: ['web', '127.0.0.1', 'a b', '', 'W\u00e9b', '\u202ehost', '0'],
  port: ['8080', '0', '65536', '-1', 'http', '08080', '1e3', ''],
  'tls-credentials': ['cert', '', 'no such', '../key'],
  observer: ['none', 'auto', 'http1', 'x'],
  setting: ['a=b', 'a', 'a-', '=b', 'a=b=c', ''],
  label: ['a=b', 'a', 'a-', 'A B=c', 'x/y=z', ''],
  annotation: ['a=b', 'a', 'a-', 'x=\u001b[31m', ''],
  selector: ['app=shop', 'app', '!app', 'app in (a,b)', 'app==', '(', ''],
  filename: ['FILE', 'MISSING', '-', 'FOLDER', ''],
  wait: ['none', 'configured', 'ready', 'deleted', 'soon'],
  'dry-run': ['none', 'client', 'server', 'maybe', ''],
  for: ['ready', 'configured', 'delete', 'create', 'key=east', 'keys=1', 'keys=x', 'condition=Ready', 'rady', ''],
  output: ['json', 'yaml', 'name', 'wide', 'table', 'custom-columns=N:.metadata.name', 'jsonpath={.x}', 'xml', ''],
  'sort-by': ['name', '.metadata.name', '.spec.port', 'age', '{.x}', ''],
  without: ['east', 'north', 'east,west', ''],
  from: ['web', 'none'],
  context: ['prod', ''],
  kubeconfig: ['MISSING', ''],
  'request-timeout': ['1s', '0', '5', '1x', '-1s', ''],
  settle: ['0', '10ms', 'x'],
  'data-home': [],
  to: ['east=20,west=80', 'west=100', 'east=20%,west=70%', 'east', ''],
  step: ['10', '0', '1000', 'x'],
  steps: ['1', '2', '0', '1000'],
  every: ['1ms', '0', 'x'],
  // A command that is really run.
  check: ['true', 'false', 'no-such-program', ''],
  'check-timeout': ['100ms', '0', 'x'],
  window: ['100ms', '0', 'x'],
  probe: ['1', '0', '-1', 'x'],
};
/** Any other text could run something, or take long. */
const NEVER_WILD = new Set([
  'check',
  'every',
  'window',
  'timeout',
  'check-timeout',
  'probe',
  'settle',
  'request-timeout',
]);

/** Durations stay short, so that a line that waits ends soon. */
const SHORT = ['100ms', '0.1', '0', 'x', '-1s', ''];

const WILD_WORDS = [
  'true',
  'false',
  '-',
  '--all',
  '--',
  '0',
  'null',
  '..',
  '/',
  'web ',
  'WEB',
  'mkl',
  'status',
  '\u6771',
  '\u202eb',
  '=',
  '-=',
  '--=x',
  '---',
];

const NAMES = ['web', 'db', 'cache', 'no-such', 'WEB', 'a.b', 'mkl/web', 'x'.repeat(64)];

const wild: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...WILD_WORDS),
  // A NUL byte cannot stand in an argument of a program.
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('\u0000', '')),
);

function valueOf({ name, options = [] }: ManifestFlag): Arbitrary<string> {
  const known = name === 'timeout' ? SHORT : (VALUES[name] ?? []);
  const all = [...known, ...options];
  // No line may reach outside the folder of its own.
  if (name === 'data-home') return fc.constant('HOME');
  if (NEVER_WILD.has(name)) return fc.constantFrom(...all);
  return all.length === 0
    ? wild
    : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...all) }, { weight: 1, arbitrary: wild });
}

function flagOf(flag: ManifestFlag): Arbitrary<Given> {
  const long = `--${flag.name}`;
  const spellings = [
    long,
    long,
    ...(flag.char ? [`-${flag.char}`] : []),
    ...(flag.allowNo ? [`--no-${flag.name}`] : []),
  ];
  const spelled = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...spellings) },
    // Abbreviated, and one letter wrong.
    { weight: 1, arbitrary: fc.constantFrom(long.slice(0, -1), `${long}s`, long.toUpperCase()) },
  );
  const value: Arbitrary<string | undefined> =
    flag.type === 'option'
      ? fc.oneof({ weight: 20, arbitrary: valueOf(flag) }, { weight: 1, arbitrary: fc.constant(undefined) })
      : fc.oneof(
          { weight: 8, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'maybe', '') },
        );
  return fc
    .record({ spelled, value })
    .map(({ spelled: name, value: text }) => (text === undefined ? { spelled: name } : { spelled: name, value: text }));
}

/** Lines that can never end by themselves are given a time; the shells of completion have none. */
const TIMED = new Set(
  COMMANDS.filter(({ flags }) => flags.some(({ name }) => name === 'timeout')).map(({ word }) => word),
);

const words: Arbitrary<string[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<string[]>(['web', '8080'], ['web'], ['db'], ['new', '9090'], []) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...NAMES), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(wild, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant(Array.from({ length: 300 }, (_, index) => `w${index}`)) },
);

/** Right, nearly right and wild command lines of every command in the manifest. */
export function arbitraryLine(): Arbitrary<Line> {
  return fc.constantFrom(...COMMANDS).chain(({ word, flags }) =>
    fc.record({
      command: fc.oneof(
        { weight: 30, arbitrary: fc.constant(word) },
        { weight: 1, arbitrary: fc.constantFrom(`${word}s`, word.slice(1), 'edit') },
      ),
      words,
      flags: fc
        .array(fc.constantFrom(...flags).chain(flagOf), { maxLength: 5 })
        .map((given) => (TIMED.has(word) ? [...given, { spelled: '--timeout', value: '100ms' }] : given)),
    }),
  );
}

/** Where the flags stand, and how their values are joined to them. */
export interface Spelling {
  at: 'front' | 'between' | 'end' | 'mixed';
  joined: boolean;
}

/** The words of a line, spelled so. */
export function spell({ command, words: given, flags }: Line, { at, joined }: Spelling): string[] {
  const parts = flags.map(({ spelled, value }): string[] => {
    if (value === undefined) return [spelled];
    // Only a flag that takes a value takes the next word.
    return joined || !takesValue(spelled) ? [`${spelled}=${value}`] : [spelled, value];
  });
  if (at === 'front') return [...parts.flat(), 'mkl', command, ...given];
  if (at === 'between') return ['mkl', ...parts.flat(), command, ...given];
  if (at === 'end') return ['mkl', command, ...given, ...parts.flat()];
  const half = Math.floor(parts.length / 2);
  return [...parts.slice(0, half).flat(), 'mkl', command, ...parts.slice(half).flat(), ...given];
}

/** A line whose flags may stand anywhere and be joined or not without a change of its meaning. */
export function isFree({ words: given, flags }: Line): boolean {
  const plain = given.every((word) => word !== '--' && (!word.startsWith('-') || word === '-'));
  // A flag whose value is missing takes whatever comes next, and a list that ends with a comma is refused for a word that follows.
  return (
    plain && flags.every(({ spelled, value }) => (value === undefined ? !takesValue(spelled) : !value.endsWith(',')))
  );
}

function takesValue(flag: string): boolean {
  return COMMANDS.some((each) =>
    each.flags.some((one) => one.type === 'option' && (`--${one.name}` === flag || `-${one.char}` === flag)),
  );
}
