import { readFileSync } from 'node:fs';

/** Resident memory of a process in MiB; 0 when it has ended. */
export function residentMiB(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(kib ?? 0) / 1024;
}

/** CPU seconds (user and system) that a process has used; Linux counts hundredths. */
export function cpuSeconds(pid: number): number {
  // The name in parentheses may hold spaces.
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `--name NUMBER` of the command line, or the default. */
export function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = Number(process.argv[at + 1]);
  return at < 0 || Number.isNaN(value) ? otherwise : value;
}
