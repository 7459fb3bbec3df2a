import { liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import type { Emulator, End, Seen } from '../support/emulator/emulator.js';
import { hasTerminal, withTime } from '../support/program.js';

if (hasTerminal()) describe('every way out of a live screen', exitTests);
else {
  test('there is no python3 to make a terminal with: nothing of this file is tested here', () => {
    expect(process.env['CI']).not.toBe('true');
  });
}

const CRASH = ['--import', 'data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("crashed on purpose")})'];
const GC = ['--expose-gc', '--import', 'data:text/javascript,setInterval(()=>globalThis.gc(),50).unref()'];

function exitTests(): void {
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = await liveCluster();
    cluster.add('web');
    cluster.reach('web', 'east');
  });
  afterAll(() => cluster.stop());

  /** The terminal is as it was before: buffer, cursor, wrap, modes. */
  function expectRestored({ modesKept, seen }: End & { seen: Seen }): void {
    expect({ modesKept, ...seen, lines: [], text: '' }).toEqual({
      modesKept: true,
      lines: [],
      text: '',
      alternate: false,
      cursorVisible: true,
      wraps: true,
    });
  }

  /** The last frame is what can be scrolled back to. */
  function expectLastFrame(emulator: Emulator): void {
    const text = emulator.scrollback.join('\n');
    expect(text).toMatch(
      /^ multikeylisteners · west · prod-eu · 1 .*\n NAME↑ .*\n web {4}◐ Ready .*\n(?: {8}└ .*\n)? ──.*\n 0 serving/,
    );
    expect(text).not.toContain('q quit');
  }

  async function open(line = 'mkl status --watch', node: readonly string[] = []): Promise<Emulator> {
    const emulator = cluster.screen(line, { node });
    await emulator.untilText('live ·');
    return emulator;
  }

  test.each<[string, number, (emulator: Emulator) => void]>([
    ['q', 0, (emulator) => emulator.type('q')],
    ['Ctrl-C', 130, (emulator) => emulator.type('\u0003')],
    ['SIGTERM', 143, (emulator) => emulator.signal('SIGTERM')],
    ['SIGINT from elsewhere', 130, (emulator) => emulator.signal('SIGINT')],
  ])('%s: exit %s, the last frame stays', async (_title, status, leave) => {
    const emulator = await open();
    leave(emulator);
    const end = await emulator.end();
    expect({ status: end.status, signal: end.signal }).toEqual({ status, signal: null });
    expectRestored(end);
    expectLastFrame(emulator);
    expect(emulator.scrollback.filter((each) => each === 'interrupted')).toHaveLength(status === 0 ? 0 : 1);
  });

  test('SIGTERM while frames are being drawn', async () => {
    const emulator = await open();
    const churn = setInterval(() => cluster.reach('web', ...(Date.now() % 2 ? ['east'] : ['west'])), 5);
    try {
      await emulator.until('frames', () => emulator.raw.split('\u001b[?2026l').length > 10);
      emulator.signal('SIGTERM');
      const end = await emulator.end();
      expect(end.status).toBe(143);
      expectRestored(end);
      expectLastFrame(emulator);
    } finally {
      clearInterval(churn);
    }
  });

  test('Ctrl-C in the inspect view and while a filter is typed', async () => {
    const [inspecting, typing] = [await open(), await open()];
    inspecting.type('j\r');
    await inspecting.untilText('Endpoint');
    typing.type('/x');
    await typing.untilText('filter by name');
    for (const emulator of [inspecting, typing]) {
      emulator.type('\u0003');
      const end = await emulator.end();
      expect(end.status).toBe(130);
      expectRestored(end);
    }
    expect(inspecting.scrollback.join('\n')).toContain('Endpoint   web:8080');
  });

  test('a crash and a hang-up: the terminal is given back, and the crash can be read', async () => {
    const crashing = await open('mkl status --watch', CRASH);
    crashing.signal('SIGUSR2');
    const crash = await crashing.end();
    expect(crash.status).not.toBe(0);
    expectRestored(crash);
    expect(crash.seen.text).toContain('crashed on purpose');
    const left = await open();
    left.signal('SIGHUP');
    const hungUp = await left.end();
    // As by the signal itself: Node's own exit aborts where the terminal is gone.
    expect([hungUp.status, hungUp.signal]).toEqual([null, 'SIGHUP']);
    expectRestored(hungUp);
  });

  test('--timeout: exit 0 and the last frame, also when memory is tidied up meanwhile', async () => {
    await withTime(async (time) => {
      const emulator = cluster.screen(`mkl status --watch --timeout ${time}`, { node: GC });
      const end = await emulator.end();
      expect(end.status).toBe(0);
      expectRestored(end);
      if (!emulator.raw.includes('live ·')) return false;
      expectLastFrame(emulator);
      return true;
    });
  });

  test('refused at once: no frame, only the error and its exit status', async () => {
    const kubeconfig = await cluster.double.kubeconfig({ token: 'nobody-token', namespace: 'west' });
    const emulator = cluster.screen('mkl status --watch', { env: { KUBECONFIG: kubeconfig } });
    const end = await emulator.end();
    expect(end.status).toBe(4);
    expectRestored(end);
    expect(emulator.scrollback[0]).toMatch(/^Error: permission denied/);
  });

  test('a server that was never reached is no lost connection: exit 8', async () => {
    const kubeconfig = await cluster.double.kubeconfig({ server: 'http://127.0.0.1:1', namespace: 'west' });
    const emulator = cluster.screen('mkl status --watch', { env: { KUBECONFIG: kubeconfig } });
    const end = await emulator.end();
    expect(end.status).toBe(8);
    expectRestored(end);
    expect(emulator.scrollback[0]).toMatch(/^Error: the server cannot be reached/);
  });

  test('Ctrl-Z gives the terminal to the shell, and fg draws the screen again', async () => {
    const script = '"$@"; echo "stopped with $?"; read line; fg >/dev/null; echo "ended with $?"';
    const emulator = cluster.screen('mkl status --watch', { script });
    await emulator.untilText('live ·');
    emulator.type('j\u001a');
    const shell = await emulator.untilText('stopped with 148');
    expect(shell).toMatchObject({ alternate: false, cursorVisible: true, wraps: true });
    // What is typed now is for the shell, which shows it; the program would have quit.
    emulator.type('q');
    await emulator.until('the echo of the shell', ({ lines }) => lines.includes('q'));
    emulator.type('\r');
    const back = await emulator.until('the same screen', ({ lines }) => lines.some((line) => line.startsWith('▸web')));
    expect(back).toMatchObject({ alternate: true, cursorVisible: false, wraps: false });
    emulator.type('q');
    const end = await emulator.end();
    expect(end.seen.text).toContain('ended with 0');
    expect(end.modesKept).toBe(true);
  });

  test('Ctrl-Z without a shell that could continue it: the screen is drawn again', async () => {
    const emulator = await open();
    const begin = emulator.raw.length;
    emulator.type('\u001a');
    await emulator.until('the screen is left', () => emulator.raw.slice(begin).includes('\u001b[?1049l'));
    await emulator.until('and back', (seen) => seen.alternate && seen.text.includes('live ·'));
    emulator.type('q');
    expect(await emulator.end()).toMatchObject({ status: 0, modesKept: true });
  });

  test('stopped by SIGSTOP and continued: the screen is drawn again', async () => {
    const emulator = await open();
    const begin = emulator.raw.length;
    emulator.signal('SIGSTOP');
    emulator.signal('SIGCONT');
    const opened = (): boolean => emulator.raw.slice(begin).includes('\u001b[?1049h');
    await emulator.until('a new screen', (seen) => opened() && seen.text.includes('live ·'));
    emulator.type('q');
    expect(await emulator.end()).toMatchObject({ status: 0, modesKept: true });
  });

  test('a paste is no series of commands', async () => {
    const emulator = await open();
    expect(emulator.raw).toContain('\u001b[?2004h');
    emulator.type('\u001b[200~q\u0003\u001a\r?\u001b[201~');
    emulator.type('/');
    await emulator.untilText('filter by name');
    emulator.type('\u001b[200~we\rb\u0003\n\u001b[201~');
    await emulator.untilText('filter by name: web▏');
    // Escape acts without a key after it, and what follows is a key of its own.
    emulator.type('\u001b');
    await emulator.until('no filter', ({ text }) => !text.includes('filter'));
    emulator.type('/x\u001bq');
    const end = await emulator.end();
    expect(end.status).toBe(0);
    expectRestored(end);
    expect(emulator.raw.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(emulator.raw.lastIndexOf('\u001b[?2004h'));
  });

  test('TERM=dumb: lines, no escape sequence', async () => {
    await withTime(async (time) => {
      const emulator = cluster.screen(`mkl status --watch --timeout ${time}`, { env: { TERM: 'dumb' } });
      const { status, seen } = await emulator.end();
      expect(status).toBe(0);
      expect(emulator.raw).not.toContain('\u001b');
      return /ADDED +web +Ready/.test(seen.text);
    });
  });
}
