import { ownCommand } from './own-command.js';

/** The message and hint of a failure about one object, which all platforms share. A store may add the place where it looked. */
export interface Sentence {
  message: string;
  hint: string;
}

/** @param subject the object as sentences name it: `multikeylistener "web"` */
export function doesNotExist(subject: string, namespace: string): Sentence {
  return {
    message: `${subject} does not exist in namespace "${namespace}"`,
    hint: `List existing ones with: ${ownCommand('status', { namespace })}`,
  };
}

/** @param subject the object as sentences name it */
export function alreadyExists(subject: string, namespace: string): Sentence {
  return {
    message: `${subject} already exists in namespace "${namespace}"`,
    hint: 'Change it with update or apply, or choose another name.',
  };
}

/** @param subject the object as sentences name it */
export function changedMeanwhile(subject: string, namespace: string): Sentence {
  return {
    message: `${subject} in namespace "${namespace}" was changed or replaced by another client in the meantime`,
    hint: 'Check it, then run the command again.',
  };
}
