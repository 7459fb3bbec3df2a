// Loaded into the program under test with `node --import`: counts its file-system calls below one folder, and at one of
// them ends the process with SIGKILL, writes only half, or fails as the operating system would.
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { URL, fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const READS = ['access', 'lstat', 'readFile', 'readdir', 'realpath', 'stat'];
const WRITES = ['chmod', 'link', 'mkdir', 'mkdtemp', 'open', 'rename', 'rm', 'rmdir', 'unlink', 'writeFile'];
const HANDLE_READS = ['readFile', 'stat', 'close'];
const HANDLE_WRITES = ['chmod', 'chown', 'sync', 'writeFile'];

/** What fs-faults.ts puts there: see `Fault` in it. */
const fault = JSON.parse(process.env.MKL_FS_FAULT ?? '{}');
/** Not the patched one. */
const { appendFileSync } = fs;
const opened = new WeakMap();
let count = 0;

const die = () => {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
};

function isBelow(file) {
  const relative = path.relative(fault.below, path.resolve(file instanceof URL ? fileURLToPath(file) : String(file)));
  return relative === '' || !relative.startsWith('..');
}

function isWrite(name, args) {
  if (name !== 'open') return WRITES.includes(name);
  return typeof args[1] === 'string' ? args[1] !== 'r' : false;
}

/** Carries out one call with what is to go wrong with it. */
async function tried(name, file, writes, call, half) {
  if (!isBelow(file) || (fault.only === 'writes' && !writes)) return call();
  count += 1;
  if (fault.log) appendFileSync(fault.log, `${JSON.stringify({ call: name, file: String(file), writes })}\n`);
  const chosen = fault.at === undefined ? fault.calls?.includes(name) : fault.at === count;
  if (!chosen) return call();
  if (fault.how === 'error') {
    const message = `${fault.code}: injected, ${name} '${file}'`;
    // A full disk takes the first half.
    if (fault.code === 'ENOSPC') await half?.();
    throw Object.assign(new Error(message), { code: fault.code, syscall: name, path: String(file) });
  }
  if (fault.how === 'before') die();
  if (fault.how === 'half') {
    await half?.();
    die();
  }
  // What fails has been tried as well.
  await Promise.resolve(call()).catch(() => undefined);
  return die();
}

for (const name of [...READS, ...WRITES]) {
  const original = fsPromises[name];
  fsPromises[name] = async (...args) => {
    // The new name is what a link or a rename is about.
    const file = name === 'link' || name === 'rename' ? args[1] : args[0];
    const half = name === 'writeFile' ? () => original(file, String(args[1]).slice(0, args[1].length / 2)) : undefined;
    const result = await tried(name, file, isWrite(name, args), () => original(...args), half);
    if (name === 'open') opened.set(result, { file, writes: isWrite(name, args) });
    return result;
  };
}

// What src/util/files.ts makes promises of.
for (const name of [...READS, 'open']) {
  const original = fs[name];
  const promise = promisify(original);
  const patched = (...args) => {
    const done = args.pop();
    tried(name, args[0], isWrite(name, args), () => promise(...args)).then((result) => done(null, result), done);
  };
  fs[name] = Object.assign(patched, original.native && { native: original.native });
}

const sample = await fsPromises.open(fileURLToPath(import.meta.url));
const prototype = Object.getPrototypeOf(sample);
await sample.close();
for (const name of [...HANDLE_READS, ...HANDLE_WRITES]) {
  const original = prototype[name];
  prototype[name] = async function (...args) {
    const at = opened.get(this);
    const call = () => original.apply(this, args);
    if (at === undefined) return call();
    const half =
      name === 'writeFile' ? () => original.call(this, String(args[0]).slice(0, args[0].length / 2)) : undefined;
    return tried(`handle.${name}`, at.file, HANDLE_WRITES.includes(name) || at.writes, call, half);
  };
}

syncBuiltinESMExports();
