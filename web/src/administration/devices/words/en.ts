import type { DeviceWords } from './de';

export const words: DeviceWords = {
  devices: 'Devices',
  devicesLead:
    'Tablets in vehicles. They read what crews read, without a network too, and change nothing. Each is enrolled by a code.',
  create: 'Add a device',
  createSend: 'Add',
  save: 'Rename',
  name: 'Name',
  nameHint: 'The call sign, for example.',
  organisation: 'Organisation',
  state: 'State',
  states: {
    waiting: 'waits for its code',
    code_expired: 'code expired',
    enrolled: 'enrolled',
    expired: 'expired',
  },
  seen: 'Last seen',
  never: 'never',
  ends: 'Enrolled until',
  actions: 'Actions',
  more: 'Edit',
  cancel: 'Cancel',
  close: 'Close',
  newCode: 'New code',
  newCodeLead: 'Whoever enrols with the new code takes the place of the present tablet.',
  revoke: 'Revoke',
  revokeLead:
    'The tablet is refused with its next request and then deletes what it took along. As long as it has no network it cannot know.',
  revokeSure: 'Revoke for good',
  none: 'There are no devices yet.',
  noServices: 'Devices belong to a fire service or to the district. Add the organisation first.',
  codeTitle: (name: string) => `Code for ${name}`,
  codeLead: (address: string, until: string) =>
    `Open ${address} on the tablet and enter this code there. It is shown only now and works once, until ${until}.`,
  code: 'Code',
  failed: 'The administration cannot be reached at the moment.',
};
