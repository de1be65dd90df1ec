import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownText, oneLine, terminalText } from '../src/util/safe-text.js';

describe('text for a terminal or a log', () => {
  it.each([
    ['a colour', '\u001b[31mred', '\\u001b[31mred'],
    ['a title by OSC', '\u001b]0;mine\u0007', '\\u001b]0;mine\\u0007'],
    ['an eight-bit CSI', '\u009b2J', '\\u009b2J'],
    ['a carriage return', 'safe\revil', 'safe\\u000devil'],
    ['an override of direction', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['a line separator', 'a\u2028::error::b', 'a\\u2028::error::b'],
    ['a workflow command', 'first\n::set-env name=A::b', 'first\n\\u003a:set-env name=A::b'],
    ['one behind spaces', '  ::error::x', '  \\u003a:error::x'],
    ['one of the first kind', 'x ##[error]y', 'x \\u0023#[error]y'],
    ['one of Azure', '##vso[task.setvariable]', '\\u0023#vso[task.setvariable]'],
  ])('shows %s and does nothing', (_, text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  it('leaves writing of every kind as it is', () => {
    const text = 'Олена – café 肖像 🦊👩‍🎨 שלום :: ## [x] a::b\n\tindented\n';
    expect(terminalText(text)).toBe(text);
  });

  it('keeps the value of JSON, whatever its texts are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 4 }), (value) => {
        for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 2)])
          expect(JSON.parse(terminalText(text))).toEqual(value);
      }),
    );
  });

  it('changes nothing when it is called again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(terminalText(terminalText(text))).toBe(terminalText(text));
      }),
    );
  });

  it('puts a message on one line', () => {
    expect(oneLine('a\r\nb\nc\td')).toBe('a\\nb\\nc d');
  });
});

it('text for a summary holds nothing that Markdown, HTML or GitHub acts on', () => {
  expect(markdownText('| <img src=x onerror=y> [a](b) @octocat `c` *d* ~e~ # &lt;\n::error::')).toBe(
    '&#124; &#60;img src=x onerror=y&#62; &#91;a&#93;&#40;b&#41; &#64;octocat &#96;c&#96; &#42;d&#42; &#126;e&#126; &#35; &#38;lt;\\n::error::'.replace(
      '\\n',
      '&#92;n',
    ),
  );
});
