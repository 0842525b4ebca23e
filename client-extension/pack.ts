/**
 * The archive that Liferay deploys, from client-extension.yaml and the built files: what Liferay's workspace
 * plugin makes with Gradle (liferay-portal: CreateClientExtensionConfigTask, ClientExtension), so that nobody needs
 * Gradle to build this. Pure: bytes in, bytes out.
 */
import { strToU8, type Zippable, zipSync } from 'fflate';
import * as v from 'valibot';
import { parse } from 'yaml';

export interface BuiltFile {
  /** Below static/. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** As Liferay keeps an origin: `host[:port]` and `https`. */
export interface ServiceAddress {
  readonly address: string;
  readonly scheme: string;
}

export interface ArchiveInput {
  /** Also the path under which Liferay serves the files: `/o/<project>/…`. */
  readonly project: string;
  readonly yaml: string;
  readonly files: readonly BuiltFile[];
  /** Of the service, for both OAuth applications. */
  readonly service: ServiceAddress;
  readonly builtAtMs: number;
}

const PIDS = {
  customElement: 'com.liferay.client.extension.type.configuration.CETConfiguration',
  oAuthApplicationUserAgent:
    'com.liferay.oauth2.provider.configuration.OAuth2ProviderApplicationUserAgentConfiguration',
  oAuthApplicationHeadlessServer:
    'com.liferay.oauth2.provider.configuration.OAuth2ProviderApplicationHeadlessServerConfiguration',
} as const;

const Setting = v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]);
type Settings = Record<string, v.InferOutput<typeof Setting>>;

const Extension = v.objectWithRest(
  {
    type: v.picklist(['customElement', 'oAuthApplicationUserAgent', 'oAuthApplicationHeadlessServer']),
    name: v.string(),
    description: v.optional(v.string(), ''),
    properties: v.optional(v.record(v.string(), v.string()), {}),
  },
  Setting,
);

const Project = v.objectWithRest({ assemble: v.unknown() }, Extension);

/** The zip's bytes. @throws when the YAML is not as Liferay wants it, or a wildcard in it fits no built file. */
export function archive(input: ArchiveInput): Uint8Array {
  const { project } = input;
  const entries: Zippable = {
    [`${project}.client-extension-config.json`]: strToU8(json(configuration(input))),
    'LCP.json': strToU8(json(LCP)),
    'WEB-INF/liferay-plugin-package.properties': strToU8(pluginPackage(project)),
  };
  for (const { path, content } of input.files) {
    entries[`static/${path}`] = typeof content === 'string' ? strToU8(content) : content;
  }
  return zipSync(entries, { level: 9, mtime: input.builtAtMs });
}

/** One OSGi configuration for each extension, keyed `<pid>~<id>`. */
export function configuration(input: ArchiveInput): Record<string, unknown> {
  const { assemble: _, ...extensions } = v.parse(Project, parse(input.yaml));
  return Object.fromEntries(
    Object.entries(extensions).map(([id, extension]) => [
      `${PIDS[extension.type]}~${id}`,
      extensionConfiguration(extension, input),
    ]),
  );
}

function extensionConfiguration(
  { type, name, description, properties, ...rest }: v.InferOutput<typeof Extension>,
  { project, files, service, builtAtMs }: ArchiveInput,
): Record<string, unknown> {
  const common = {
    ':configurator:policy': 'force',
    baseURL: `\${portalURL}/o/${project}`,
    buildTimestamp: builtAtMs,
    description,
    'dxp.lxc.liferay.com.virtualInstanceId': 'default',
    name,
    projectId: alphanumeric(project),
    projectName: project,
    properties: encoded(properties),
    sourceCodeURL: '',
    type,
    webContextPath: `/${project}`,
  };
  if (type === 'customElement') return { ...common, typeSettings: encoded(withBuiltFiles(rest, files)) };
  const settings = { ...rest, '.serviceAddress': service.address, '.serviceScheme': service.scheme };
  return {
    ...common,
    ...settings,
    homePageURL: '$[conf:.serviceScheme]://$[conf:.serviceAddress]',
    typeSettings: encoded(settings),
  };
}

const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\]|.*\.localhost)$/;

/**
 * The address is baked in, and the browsers of all people send their tokens there: it is https, and no machine that is
 * another one for each of them, unless somebody only tries it out on this one.
 * @throws Error for what cannot be used, with what is expected
 */
export function serviceAddressOf(
  text: string,
  { allowLocalhost }: { readonly allowLocalhost: boolean },
): ServiceAddress {
  const url = URL.parse(text);
  const isOrigin =
    url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  // Liferay asks the service only at an origin: a path would be lost.
  if (!isOrigin || !/^https?:$/.test(url.protocol)) {
    throw new Error(`--service-url: https://host[:port] without a path is expected, not "${text}".`);
  }
  const isLocal = LOCAL_HOST.test(url.hostname);
  if (isLocal && !allowLocalhost) {
    throw new Error(
      `--service-url: ${url.host} is another machine for everybody who opens the page. To try it out on this one, add --allow-localhost.`,
    );
  }
  if (!isLocal && url.protocol !== 'https:') {
    throw new Error(`--service-url: people's tokens are sent there, so it has to be https, not "${text}".`);
  }
  return { address: url.host, scheme: url.protocol.slice(0, -1) };
}

/** The names in `urls` and `cssURLs` are wildcards for what the build wrote. */
function withBuiltFiles(settings: Settings, files: readonly BuiltFile[]): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      key.toLowerCase().includes('urls') && Array.isArray(value)
        ? value.flatMap((wildcard) => matching(wildcard, files))
        : value,
    ]),
  );
}

function matching(wildcard: string, files: readonly BuiltFile[]): string[] {
  const [folder, name] = wildcard.startsWith('**/') ? ['(?:.*/)?', wildcard.slice(3)] : ['', wildcard];
  const literals = name.split('*').map((literal) => literal.replaceAll(/[^\w/-]/g, String.raw`\$&`));
  const pattern = new RegExp(`^${folder}${literals.join('[^/]*')}$`);
  const paths = files.map(({ path }) => path).filter((path) => pattern.test(path));
  if (paths.length === 0) throw new Error(`No built file is named ${wildcard}`);
  return paths;
}

/** `key=value`; several values are lines of one. */
function encoded(settings: Settings): string[] {
  return Object.entries(settings).map(
    ([key, value]) => `${key}=${Array.isArray(value) ? value.join('\n') : String(value)}`,
  );
}

function pluginPackage(project: string): string {
  return [
    `Bundle-SymbolicName=${alphanumeric(project)}`,
    'Liferay-Client-Extension-Frontend=static/',
    'module-group-id=liferay',
    `name=${project}`,
    '',
  ].join('\n');
}

function alphanumeric(project: string): string {
  return project.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** How Liferay Cloud runs a project that is only files; a self-hosted Liferay does not read it. */
const LCP = {
  cpu: 0.1,
  env: {},
  environments: {},
  id: '__PROJECT_ID__',
  kind: 'Deployment',
  livenessProbe: { httpGet: { path: '/', port: 80 } },
  loadBalancer: { cdn: true, targetPort: 80 },
  memory: 50,
  readinessProbe: { httpGet: { path: '/', port: 80 } },
  scale: 1,
};
