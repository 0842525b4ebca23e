/**
 * Validation of EWS messages against Microsoft's schema. The schema is not part of this repository: it is
 * looked for at EWS_SCHEMA_DIR, else in ../shared/exchange-schema beside the repository.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface EwsSchema {
  /** Errors of the first child of the SOAP body; a SOAP fault has none. */
  validate(soapEnvelope: string): readonly string[];
}

/** Why tests that need the schema are skipped. */
export const SCHEMA_MISSING =
  'the EWS schema is at neither EWS_SCHEMA_DIR nor ../shared/exchange-schema (messages.xsd, types.xsd)';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';

function schemaFolder(): string | null {
  const folders = [
    process.env['EWS_SCHEMA_DIR'],
    fileURLToPath(new URL('../../../shared/exchange-schema', import.meta.url)),
  ];
  return folders.find((folder) => folder !== undefined && existsSync(`${folder}/messages.xsd`)) ?? null;
}

async function compile(folder: string): Promise<EwsSchema> {
  const { XmlDocument, XmlElement, XmlValidateError, XsdValidator, xmlRegisterInputProvider } = await import(
    'libxml2-wasm'
  );
  const { fsInputProviders } = await import('libxml2-wasm/lib/nodejs.mjs');
  xmlRegisterInputProvider(fsInputProviders);
  const path = `${folder}/messages.xsd`;
  const xsd = XmlDocument.fromString(readFileSync(path, 'utf8'), { url: path });
  const validator = XsdValidator.fromDoc(xsd);
  xsd.dispose();
  return {
    validate(soapEnvelope) {
      const document = XmlDocument.fromString(soapEnvelope);
      try {
        const child = document.get('/s:Envelope/s:Body/*[1]', { s: SOAP });
        if (!(child instanceof XmlElement)) return ['There is no SOAP body.'];
        if (child.namespaceUri === SOAP) return [];
        validator.validate(child);
        return [];
      } catch (error) {
        if (error instanceof XmlValidateError) return error.details.map(({ message }) => message.trim());
        throw error;
      } finally {
        document.dispose();
      }
    },
  };
}

let loaded: Promise<EwsSchema> | null = null;

/** Compiled once; null where the schema is absent. */
export async function loadEwsSchema(): Promise<EwsSchema | null> {
  const folder = schemaFolder();
  if (folder === null) return null;
  loaded ??= compile(folder);
  return loaded;
}
