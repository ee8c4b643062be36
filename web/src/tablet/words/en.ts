import type { TabletWords } from './de';

export const words: TabletWords = {
  languageSwitch: 'Deutsch',
  codeTitle: 'Enrol this device',
  codeLead:
    'It then also reads what is for crews alone. Whoever administers the devices of the fire service issues the code.',
  code: 'Code',
  codeHint: 'Eight characters, such as 7KQ2-M9XR.',
  newPin: 'PIN of this device',
  newPinHint: 'Four to eight digits. The map asks for it whenever it is opened, without a network too.',
  pinAgain: 'The PIN again',
  differ: 'The two PINs differ.',
  enrol: 'Enrol',
  enrolled: (name: string) =>
    `This device is enrolled as "${name}". Now take the district along in the map, so that it shows everything without a network.`,
  toMap: 'Open the map',
  without: 'Open the map without enrolling',
  pinTitle: 'Enter the PIN',
  pin: 'PIN',
  open: 'Open',
  busy: 'One moment …',
  wrong: 'This is not the PIN of this device.',
  wait: (seconds: number) => `Too many attempts. The next one is possible in ${seconds} seconds.`,
  forgotten: 'Forgotten the PIN',
  leaveLead:
    'Without the PIN the device can only be signed off: what it took along is deleted, and the map shows what everybody sees. This needs the network. Afterwards it can be enrolled with a new code.',
  stay: 'Stay enrolled',
  leaveSure: 'Sign off',
  ended: 'This device is signed off.',
  endedLead:
    'What it took along is deleted. The public map goes on. Whoever administers the devices of the fire service issues a new code.',
  unreachable: 'The server cannot be reached. Try again later.',
  insecure: 'Devices are enrolled over an encrypted connection (https) only.',
};
