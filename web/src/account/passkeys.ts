/** Passkeys in this browser: what the server asks is handed to the authenticator, and its answer is handed back. */
import { line } from '../page/line';
import type { Progress, RecoveryCodes, SignInWays } from '../server/api';
import { Refused } from '../server/problem';
import { say } from './words';

const OWN = '/api/account/passkeys';
const ALONE = '/api/sign-in/passkey';
const SECOND = '/api/sign-in/second-factor/passkey';

interface Question<T> {
  readonly publicKey: T;
}

/** Are there passkeys here? They belong to the server's name, and under another address of it there are none. */
export function canUse({ passkeys }: SignInWays): boolean {
  return passkeys === location.origin && 'parseCreationOptionsFromJSON' in (globalThis.PublicKeyCredential ?? {});
}

/** Has a passkey made and keeps it; gives recovery codes with the first second factor. */
export async function addPasskey(name: string, password: string): Promise<readonly string[]> {
  const body = password ? { password } : {};
  const asked = await ask<PublicKeyCredentialCreationOptionsJSON>(OWN, body);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked);
  const credential = await answered(navigator.credentials.create({ publicKey }));
  return (await put<RecoveryCodes>(OWN, { name, credential })).recovery_codes;
}

/** Shows any passkey of this device, and with it who signs in. */
export const showAnyPasskey = () => show(ALONE);
/** Shows a passkey after the password. */
export const showSecondPasskey = () => show(SECOND);

export const renamePasskey = (id: string, name: string) =>
  line.send(`${OWN}/${id}`, { method: 'PATCH', body: { name } });
export const removePasskey = (id: string, password: string) =>
  line.send(`${OWN}/${id}`, { method: 'DELETE', body: password ? { password } : {} });

async function show(path: string): Promise<Progress> {
  const asked = await ask<PublicKeyCredentialRequestOptionsJSON>(path, {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
  const credential = await answered(navigator.credentials.get({ publicKey }));
  return await put<Progress>(path, { credential });
}

async function ask<T>(path: string, body: unknown): Promise<T> {
  return (await line.send<Question<T>>(path, { method: 'POST', body })).body.publicKey;
}

async function put<T>(path: string, body: unknown): Promise<T> {
  return (await line.send<T>(path, { method: 'PUT', body })).body;
}

/** What the authenticator has answered, as it is sent. That there is no answer is told like a refusal of the server. */
async function answered(asked: Promise<Credential | null>): Promise<unknown> {
  try {
    return ((await asked) as PublicKeyCredential).toJSON();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    const text = say.now.passkeys;
    const detail = error.name === 'InvalidStateError' ? text.hereAlready : text.notDoneLead;
    throw new Refused({ type: 'urn:geokontor:problem:passkey', title: text.notDone, status: 400, detail, errors: [] });
  }
}
