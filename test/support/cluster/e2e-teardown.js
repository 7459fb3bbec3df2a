// Jest's globalTeardown of the e2e project.
export default async function teardown() {
  const child = globalThis.mklControlPlane;
  if (!child || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await ended;
}
