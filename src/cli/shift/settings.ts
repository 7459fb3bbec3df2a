import { Failure, type Problem } from '../../model/failure.js';
import { shellWord } from '../../model/text.js';
import { MOST_STEPS, parseTarget, type StepSize, type Weights } from '../../model/shift.js';

/** The flags of `shift`, as parsed. */
export interface ShiftFlags {
  to?: string[];
  step?: string;
  steps?: string;
  every?: string;
  check?: string;
  'check-timeout'?: string;
  'on-failure': string;
}

export interface ShiftSettings {
  target: Weights;
  size: StepSize;
  everyMs: number;
  command?: string;
  commandTimeoutMs: number;
  back: boolean;
}

const DEFAULT_POINTS = 10;
/** The default of --every and --check-timeout, in milliseconds. */
const DEFAULT_MS = 30_000;

const missing = (): ReturnType<typeof parseTarget> => ({
  weights: {},
  problems: [{ field: '--to', message: 'is missing: the target shares' }],
});

/** Parses the flags of `shift`. Throws `usage` with every problem. */
export function shiftSettings(flags: ShiftFlags): ShiftSettings {
  const { weights, problems } = flags.to ? parseTarget(flags.to) : missing();
  const size: StepSize =
    flags.steps === undefined
      ? { points: count('--step', flags.step ?? String(DEFAULT_POINTS), problems) }
      : { steps: count('--steps', flags.steps, problems) };
  if (flags.check?.trim() === '') problems.push({ field: '--check', message: 'must not be empty' });
  if (problems.length > 0)
    throw new Failure('usage', 'invalid shift', {
      causes: problems,
      hint: 'For example: --to east=20,west=80 --step 10',
    });
  return {
    target: weights,
    size,
    everyMs: Number(flags.every ?? DEFAULT_MS),
    command: flags.check,
    commandTimeoutMs: Number(flags['check-timeout'] ?? DEFAULT_MS),
    back: flags['on-failure'] === 'back',
  };
}

/**
 * The flags for the command that continues a shift, quoted for a shell.
 *
 * @param stepsLeft the number of steps not written yet; undefined if unknown
 */
export function wordsOf(flags: ShiftFlags, stepsLeft?: number): string[] {
  const given = (flag: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`--${flag} ${shellWord(value)}`];
  const time = (ms: string | undefined): string | undefined => (ms === undefined ? undefined : `${Number(ms) / 1000}s`);
  const left = Math.max(1, stepsLeft ?? Number(flags.steps));
  return [
    ...given('step', flags.step),
    ...given('steps', flags.steps === undefined ? undefined : String(left)),
    ...given('every', time(flags.every)),
    ...given('check', flags.check),
    ...given('check-timeout', time(flags['check-timeout'])),
    ...(flags['on-failure'] === 'stop' ? ['--on-failure stop'] : []),
  ];
}

function count(field: string, text: string, problems: Problem[]): number {
  const value = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MOST_STEPS)
    problems.push({ field, message: `must be a whole number from 1 to ${MOST_STEPS}, not ${JSON.stringify(text)}` });
  return value;
}
