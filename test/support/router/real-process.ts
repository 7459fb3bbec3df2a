import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { HANGS_MS } from '../program.js';
import { RouterManagement } from './router-management.js';
import type { Attributes } from './router-double.js';
import type { SiteCertificates } from './site-files.js';

/** An entity of a router's configuration: its type and its attributes. */
export type Entity = readonly [type: string, attributes: Attributes & { name?: string }];

export interface ProcessOptions {
  /** The router's program. */
  program: string;
  /** For its configuration; exists. */
  folder: string;
  id: string;
  /** What it needs to run: itself, its listeners for routers and clients, its links. */
  base: readonly Entity[];
  /** A port of 127.0.0.1 at which it can be managed, and how it is secured. */
  management: number;
  certificates?: SiteCertificates;
}

/** A process of skrouterd, whose entities can be changed while it runs and outlast it. */
export class RouterProcess {
  private readonly entities = new Map<string, Entity>();
  private child: ChildProcess | undefined;
  private management: RouterManagement | undefined;
  private said = '';

  constructor(private readonly options: ProcessOptions) {}

  async create(type: string, name: string, attributes: Attributes): Promise<void> {
    await this.management?.create(type, name, attributes);
    this.entities.set(`${type} ${name}`, [type, { name, ...attributes }]);
  }

  async delete(type: string, name: string): Promise<void> {
    await this.management?.delete(type, name);
    this.entities.delete(`${type} ${name}`);
  }

  /** The entities of a type that were made and not deleted. */
  of(type: string): (Attributes & { name?: string })[] {
    return [...this.entities.values()].flatMap(([each, attributes]) => (each === type ? [attributes] : []));
  }

  /** Starts the router with all of its entities, and waits until it answers. */
  async start(): Promise<void> {
    const { program, folder, id, base, management, certificates } = this.options;
    const file = path.join(folder, `${id}.json`);
    writeFileSync(file, JSON.stringify([...base, ...this.entities.values()]));
    const child = spawn(program, ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (this.said += text.toString()));
    const deadline = Date.now() + HANGS_MS;
    while (this.management === undefined) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline)
        throw new Error(`skrouterd does not start:\n${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      this.management = await RouterManagement.connect(management, certificates).catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    this.management?.close();
    this.management = undefined;
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(late);
  }
}
