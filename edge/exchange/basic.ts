/** How requests to Exchange name this product and carry a Basic sign-in. */
import packageFile from '../../package.json' with { type: 'json' };

/** Stable, because administrators allow and block programs by it (Microsoft Learn, "Control access to EWS"). */
export const USER_AGENT = `CalendarConnectorForExchange/${packageFile.version}`;

/** The value of an Authorization header, in UTF-8 (RFC 7617). */
export function basicAuthorization({
  user,
  password,
}: {
  readonly user: string;
  readonly password: string;
}): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}
