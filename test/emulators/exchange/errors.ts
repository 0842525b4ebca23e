/** The two ways in which a real server refuses: one item of a batch, or the whole request. */

/** One response message of ResponseClass Error. `code` is a ResponseCodeType value (EWS schema, messages.xsd). */
export class EwsError extends Error {
  readonly code: string;
  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

/** The whole request fails with a SOAP fault in an HTTP 500 (Microsoft Learn, EWS throttling in Exchange). */
export class EwsFault extends Error {
  readonly code: string;
  /** Name and value pairs for MessageXml, for example BackOffMilliseconds. */
  readonly values: Readonly<Record<string, string>>;
  constructor(code: string, text: string, values: Readonly<Record<string, string>> = {}) {
    super(text);
    this.code = code;
    this.values = values;
  }
}

export const itemNotFound = (): EwsError =>
  new EwsError(
    'ErrorItemNotFound',
    'The specified object was not found in the store., The process failed to get the correct properties.',
  );
export const folderNotFound = (): EwsError =>
  new EwsError('ErrorFolderNotFound', 'The specified folder could not be found in the store.');
export const schemaViolation = (text: string): EwsFault =>
  new EwsFault('ErrorSchemaValidation', `The request failed schema validation: ${text}`);
