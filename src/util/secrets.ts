/**
 * Process-wide registry of secrets. Register with `keepSecret`; print third-party text through `withoutSecrets`.
 * One set for the process, as there is one terminal and one log that it could get into.
 */
const known = new Set<string>();

/** Shorter ones would hide ordinary words, and protect nothing. */
const LEAST = 4;
const HIDDEN = '[hidden]';

/** `Bearer …`, `Basic …`, also another's: what a proxy echoes of a request. */
const HEADER = /\b([Bb]earer|BEARER|[Bb]asic|BASIC|[Nn]egotiate)(\s+|%20|\+)(?=\S*[A-Z0-9])[\w.~+/%=-]{6,}/g;
const USERINFO = /(\/\/)[^\s/?#@]*@/g;
/** Names of what holds a secret, in environments, command lines and auth-provider settings. */
const NAMES = /token|secret|passw|passphrase|credential|key|auth(?!ority)/i;

/**
 * Keeps these texts from being shown by `withoutSecrets`, also base64 and URL-encoded, and each line of those of several (PEM).
 *
 * @param secrets what is undefined or shorter than four characters is passed over
 */
export function keepSecret(...secrets: readonly (string | undefined)[]): void {
  for (const secret of secrets) {
    for (const line of (secret ?? '').split(/[\r\n]+/)) {
      if (line.length < LEAST || line.startsWith('-----')) continue;
      const encoded = Buffer.from(line).toString('base64');
      // Within a longer text base64 ends otherwise; its beginning is the same.
      for (const form of [line, encodeURIComponent(line.toWellFormed()), encoded.replace(/.?=*$/, '')]) known.add(form);
    }
    const whole = Buffer.from(secret ?? '').toString('base64');
    if ((secret?.length ?? 0) >= LEAST) known.add(whole);
  }
}

/** Keeps the values whose names tell that they are secrets, at any depth. */
export function keepSecretsOf(settings: unknown, name = ''): void {
  if (typeof settings === 'string' && NAMES.test(name)) keepSecret(settings);
  if (typeof settings !== 'object' || settings === null) return;
  for (const [key, value] of Object.entries(settings)) keepSecretsOf(value, key);
}

/** Keeps the password of a URL; what is no URL has none. */
export function keepPasswordOf(url: string | undefined): void {
  if (url === undefined || !URL.canParse(url)) return;
  const { password } = new URL(url);
  keepSecret(password, decoded(password));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The text with `[hidden]` for every secret kept so far, for what looks like a header of credentials, and for users in URLs. */
export function withoutSecrets(text: string): string {
  let shown = text;
  // The longest first: one may be part of another.
  for (const secret of [...known].sort((a, b) => b.length - a.length)) shown = shown.replaceAll(secret, HIDDEN);
  return shown.replace(HEADER, `$1$2${HIDDEN}`).replace(USERINFO, '$1');
}

/** The same for JSON: however a string is escaped there, it is found. What is no JSON is taken as text. */
export function withoutSecretsInJson(text: string): string {
  try {
    const hiding = (_key: string, value: unknown): unknown =>
      typeof value === 'string' ? withoutSecrets(value) : value;
    return JSON.stringify(JSON.parse(text, hiding));
  } catch {
    return withoutSecrets(text);
  }
}
