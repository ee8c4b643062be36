/** What is asked in the short forms of defects and outages, and what is sent. */
import type { Field } from '../../../form/schema';
import type { Language } from '../../../i18n/language';
import type { ChecklistList, Defect, NamedOrganisation, NewDefect, NewOutage, Outage } from '../../../server/api';
import { assign, block, end, report, resolve } from './api';
import { choiceField, codeField, dayField, remarkField, today } from './form';
import type { UpkeepWords } from './words/de';

/** A form: what it asks, what it begins with, and what it sends. */
export interface Asked {
  readonly title: string;
  readonly lead?: string;
  readonly label: string;
  readonly fields: readonly Field[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly send: (values: Record<string, unknown>) => Promise<unknown>;
}

/** What forms are made from. */
export interface Terms {
  readonly collection: string;
  readonly object: string;
  readonly codes: ChecklistList['codes'];
  readonly organisations: readonly NamedOrganisation[];
  readonly language: Language;
  readonly say: UpkeepWords;
}

function inCharge({ organisations, say }: Terms): Field[] {
  const names = Object.fromEntries(organisations.map(({ id, name }) => [id, name]));
  if (organisations.length === 0) return [];
  return [
    { ...choiceField('organisation', say.organisation, names), required: false },
    dayField('due_on', say.dueOn, false),
  ];
}

/** A new defect. Sent again, it is the same one. */
export function defectForm(terms: Terms): Asked {
  const { collection, object, codes, language, say } = terms;
  const id = crypto.randomUUID();
  const fields = [
    codeField('kind', say.kind, codes.defect_kind, language),
    codeField('severity', say.severity, codes.defect_severity, language),
    choiceField('effect', say.effect, say.effects),
    dayField('found_on', say.found_on),
    ...inCharge(terms),
    remarkField(say),
  ];
  const send = (values: Record<string, unknown>) => report({ ...values, id, collection, object } as NewDefect);
  return { title: say.report, label: say.save, fields, values: { found_on: today() }, send };
}

/** A new outage. */
export function outageForm({ collection, object, codes, language, say }: Terms): Asked {
  const id = crypto.randomUUID();
  const { none: _, ...effects } = say.effects;
  const fields: Field[] = [
    codeField('cause', say.cause, codes.outage_cause, language),
    choiceField('effect', say.effect, effects),
    dayField('begins_on', say.begins_on),
    { ...dayField('ends_on', say.ends_on, false), hint: say.endsHint },
    remarkField(say),
  ];
  const send = (values: Record<string, unknown>) => block({ ...values, id, collection, object } as NewOutage);
  return { title: say.block, label: say.save, fields, values: { begins_on: today(), effect: 'out_of_service' }, send };
}

/** How a defect came to its end. */
export function resolutionForm(defect: Defect, { codes, language, say }: Terms): Asked {
  const fields = [codeField('resolution', say.resolution, codes.defect_resolution, language), remarkField(say)];
  const title = `${say.resolve}: ${defect.title[language]}`;
  const send = (values: Record<string, unknown>) => resolve(defect.id, values as Parameters<typeof resolve>[1]);
  return { title, label: say.resolve, fields, values: {}, send };
}

/** Who has to see to a defect, and until when. */
export function assignmentForm(defect: Defect, terms: Terms): Asked {
  const title = `${terms.say.assign}: ${defect.title[terms.language]}`;
  const values = { organisation: defect.organisation, due_on: defect.due_on };
  return { title, label: terms.say.assign, fields: inCharge(terms), values, send: (values) => assign(defect, values) };
}

/** That an outage is over. */
export function endForm(outage: Outage, { language, say }: Terms): Asked {
  const title = `${say.end}: ${outage.title[language]}`;
  return { title, lead: say.endLead, label: say.endSure, fields: [], values: {}, send: () => end(outage.id) };
}
