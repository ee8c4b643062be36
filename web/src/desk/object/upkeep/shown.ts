/** Records as people read them. */
import type { Language } from '../../../i18n/language';
import type { Inspection } from '../../../server/api';
import type { UpkeepWords } from './words/de';

/** What came of an inspection. */
export function resultOf({ outcome, answers, complete }: Inspection, language: Language, say: UpkeepWords): string {
  if (outcome !== 'checked') return say.outcomes[outcome];
  const failed = answers.filter((answer) => answer.failed).map(({ label }) => label[language]);
  if (failed.length > 0) return say.failedItems(failed.join('; '));
  return complete ? say.passed : say.incomplete;
}
