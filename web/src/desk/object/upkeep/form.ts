/** The fields of forms that follow from check lists and code lists. */
import type { Draft } from '../../../form/draft';
import type { Field } from '../../../form/schema';
import type { Language } from '../../../i18n/language';
import type { ChecklistItem, ChecklistVersion, UpkeepCode } from '../../../server/api';
import type { UpkeepWords } from './words/de';

const plain = { required: false, readonly: false } as const;

/** Field names begin with the member of the input that they belong to, as the pointers of faults do. */
const ANSWERS = 'answers-';
const MEASURED = 'measured-';

export const dayField = (name: string, label: string, required = true): Field => ({
  ...plain,
  name,
  label,
  required,
  kind: 'date',
});

export const remarkField = (say: UpkeepWords): Field => ({
  ...plain,
  name: 'remark',
  label: say.remark,
  hint: say.remarkHint,
  kind: 'text',
  maxLength: 2000,
});

/** One of some words. */
export const choiceField = (name: string, label: string, words: Readonly<Record<string, string>>): Field => ({
  ...plain,
  name,
  label,
  required: true,
  kind: 'code',
  options: Object.entries(words).map(([value, label]) => ({ value, label })),
});

/** One of a code list. */
export const codeField = (name: string, label: string, codes: readonly UpkeepCode[], language: Language): Field =>
  choiceField(name, label, Object.fromEntries(codes.map(({ code, title }) => [code, title[language]])));

/** A field for each item of a list. */
export function itemFields({ items }: ChecklistVersion, language: Language, say: UpkeepWords): Field[] {
  return items.map((item) => {
    const hint = [item.hint?.[language], limits(item, language, say)].filter(Boolean).join(' ');
    const common = {
      ...plain,
      name: ANSWERS + item.name,
      label: item.label[language],
      required: !item.optional,
      ...(hint ? { hint } : {}),
    };
    if (item.answer === 'check') {
      const options = Object.entries(say.answers).map(([value, label]) => ({ value, label }));
      return { ...common, kind: 'code', options };
    }
    const { unit, minimum, maximum } = item.answer.number;
    return { ...common, kind: 'number', minimum, maximum, ...(unit ? { unit } : {}) };
  });
}

/** Which numbers are in order, in words. */
function limits({ answer }: ChecklistItem, language: Language, say: UpkeepWords): string {
  if (answer === 'check') return '';
  const { fails_below, fails_above, unit } = answer.number;
  const told = (n: number) => [n.toLocaleString(language), unit].filter(Boolean).join(' ');
  const parts = [
    fails_below != null && say.atLeast(told(fails_below)),
    fails_above != null && say.atMost(told(fails_above)),
  ].filter((part) => part !== false);
  return parts.length > 0 ? say.failsOutside(parts.join(', ')) : '';
}

/** The properties of the collection that a list has measured; none of them must be. */
export function measuredFields({ measures }: ChecklistVersion, fields: readonly Field[]): Field[] {
  const named = (measures?.properties ?? []).flatMap((name) => fields.find((field) => field.name === name) ?? []);
  return named.map((field) => ({ ...field, name: MEASURED + field.name, required: false, readonly: false }));
}

/** A draft in which every item that is looked at is in order; what was typed elsewhere stays. */
export function allInOrder({ items }: ChecklistVersion, draft: Draft): Draft {
  const checks = items.filter(({ answer }) => answer === 'check');
  return { ...draft, ...Object.fromEntries(checks.map(({ name }) => [ANSWERS + name, 'ok'])) };
}

/** What of the values belongs to the answers, and what was measured; what is not recorded is left out. */
export function parted(values: Readonly<Record<string, unknown>>) {
  const of = (prefix: string) =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([name, value]) => name.startsWith(prefix) && value !== null)
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  return { answers: of(ANSWERS) as Record<string, string | number>, measured: of(MEASURED) };
}

/** Today where the reader is, as a day is sent. */
export const today = () => new Intl.DateTimeFormat('sv-SE').format(new Date());
