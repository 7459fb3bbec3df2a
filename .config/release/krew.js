// Makes the manifest with which krew installs the kubectl plugin (https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/).
import { createHash } from 'node:crypto';

/** Go's names, which krew uses, for Node's process.platform and process.arch. */
const SYSTEMS = { darwin: 'darwin', linux: 'linux', win32: 'windows' };
const ARCHITECTURES = { arm64: 'arm64', x64: 'amd64' };

/**
 * @param {object} release
 * @param {string} release.version without a v
 * @param {string} release.url the folder on the web that the archives will be in
 * @param {{ name: string, data: Buffer, platform: string, arch: string, bin: string }[]} release.archives by platform: the file's name
 *   and bytes, and the executable in it
 * @returns {string} YAML
 * @throws if krew does not support a platform
 */
export function krewManifest({ version, url, archives }) {
  const platforms = archives.map(({ name, data, platform, arch, bin }) => {
    const [os, cpu] = [SYSTEMS[platform], ARCHITECTURES[arch]];
    if (!os || !cpu) throw new Error(`krew knows no plugins for ${platform}-${arch}`);
    return `    - selector:
        matchLabels:
          os: ${os}
          arch: ${cpu}
      uri: ${new URL(name, url.endsWith('/') ? url : `${url}/`)}
      sha256: ${createHash('sha256').update(data).digest('hex')}
      bin: ${bin}
`;
  });
  // krew links the executable as kubectl-skupper_mkl, so it recognises by its name that it runs as the plugin.
  return `apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: skupper-mkl
spec:
  version: v${version}
  shortDescription: Manage Skupper's MultiKeyListeners
  description: |
    Creates, changes, watches, diagnoses and deletes Skupper's MultiKeyListener: one host and port whose connections are
    spread over several routing keys, by weight or by priority.
  caveats: |
    Skupper 2.2 or later has to be installed in the cluster. Start with: kubectl skupper-mkl status
  platforms:
${platforms.join('')}`;
}
