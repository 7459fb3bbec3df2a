import { homedir } from 'node:os';

/** The user's home folder; undefined where neither HOME nor the user database knows one, as for an unknown uid in a container. */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
