/**
 * What a language model writes in place of an answer. One inventory of a real world has such a text as its canonical
 * appearance, because a tool stored every answer unchecked; it must never reach a prompt.
 */
const MARKS: readonly RegExp[] = [
  /\bas an ai\b/i,
  /\blanguage model\b/i,
  /\byou(?:'ve| have) (?:provided|given|shared)\b/i,
  /\bplease (?:provide|share|send|upload|paste)\b/i,
  /^(?:i am|i'm) (?:ready|sorry|unable|not able|happy)\b/i,
  /^i (?:cannot|can't|can not|apologi[sz]e|don't see|need more)\b/i,
  /^(?:sorry|unfortunately|certainly|of course|sure|thank you)[,!.]/i,
];

export function looksLikeModelAnswer(text: string): boolean {
  const plain = text.trim().replaceAll('’', "'").replace(/[*_`]/g, '');
  return MARKS.some((mark) => mark.test(plain));
}
