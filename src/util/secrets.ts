/**
 * Process-wide registry of secrets. Register with `keepSecret`; print third-party text through `withoutSecrets`.
 * There is one set for the whole process because its output goes to one terminal and one log.
 */
const secretTexts = new Set<string>();

/** Secrets with fewer characters are not hidden: they also occur in ordinary words. */
const MIN_LENGTH = 4;
const HIDDEN = '[hidden]';

/** Credentials in a header (`Bearer …`, `Basic …`), registered or not: a proxy's error page may repeat the request. */
const HEADER = /\b([Bb]earer|BEARER|[Bb]asic|BASIC|[Nn]egotiate)(\s+|%20|\+)(?=\S*[A-Z0-9])[\w.~+/%=-]{6,}/g;
const USERINFO = /(\/\/)[^\s/?#@]*@/g;
/** Names of environment variables, flags and auth-provider settings whose values are secrets. */
const NAMES = /token|secret|passw|passphrase|credential|key|auth(?!ority)/i;

/**
 * Registers secrets, which `withoutSecrets` then hides: as they are, in base64 and URL-encoded. A secret of several lines,
 * such as a PEM key, is also hidden line by line.
 *
 * @param secrets undefined members and texts with fewer than four characters are skipped
 */
export function keepSecret(...secrets: readonly (string | undefined)[]): void {
  for (const secret of secrets) {
    for (const line of (secret ?? '').split(/[\r\n]+/)) {
      if (line.length < MIN_LENGTH || line.startsWith('-----')) continue;
      const base64 = Buffer.from(line).toString('base64');
      // If more text follows the secret, the last character of its base64 form differs, so that character is left out.
      const forms = [line, encodeURIComponent(line.toWellFormed()), base64.replace(/.?=*$/, '')];
      for (const form of forms) secretTexts.add(form);
    }
    const whole = Buffer.from(secret ?? '').toString('base64');
    if ((secret?.length ?? 0) >= MIN_LENGTH) secretTexts.add(whole);
  }
}

/** Registers as secrets all strings, at any depth, whose key (such as `client-secret`) says that the value is a secret. */
export function keepSecretsOf(settings: unknown, name = ''): void {
  if (typeof settings === 'string' && NAMES.test(name)) keepSecret(settings);
  if (typeof settings !== 'object' || settings === null) return;
  for (const [key, value] of Object.entries(settings)) keepSecretsOf(value, key);
}

/** Registers the password in a URL as a secret. Text that is not a URL is ignored. */
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

/**
 * The text with `[hidden]` in place of every registered secret and of credentials in headers (`Bearer …`), and without the
 * user and password of URLs.
 */
export function withoutSecrets(text: string): string {
  let shown = text;
  // A secret may be part of a longer secret, so the longest is replaced first.
  for (const secret of [...secretTexts].sort((a, b) => b.length - a.length)) shown = shown.replaceAll(secret, HIDDEN);
  return shown.replace(HEADER, `$1$2${HIDDEN}`).replace(USERINFO, '$1');
}

/** `withoutSecrets` for the string values of a JSON text, so that escapes in a string hide no secret. Other text is taken as it is. */
export function withoutSecretsInJson(text: string): string {
  try {
    const hiding = (_key: string, value: unknown): unknown =>
      typeof value === 'string' ? withoutSecrets(value) : value;
    return JSON.stringify(JSON.parse(text, hiding));
  } catch {
    return withoutSecrets(text);
  }
}
