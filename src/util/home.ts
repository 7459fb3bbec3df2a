import { homedir } from 'node:os';

/** The user's home folder. Undefined if neither HOME nor the user database names one, as with an unknown uid in a container. */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
