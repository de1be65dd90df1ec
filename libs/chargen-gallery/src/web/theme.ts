import { iconButton } from './dom.js';
import { keep, kept } from './kept.js';

const THEMES = ['auto', 'light', 'dark'] as const;

/** A button that goes through the themes. */
export function themeButton(): HTMLButtonElement {
  const before = kept('localStorage', 'theme');
  let theme = THEMES.find((one) => one === before) ?? 'auto';
  const button = iconButton('theme', '', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    keep('localStorage', 'theme', theme);
    show();
  });
  const show = (): void => {
    document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
    button.setAttribute('aria-label', `Colours: ${theme}. Change`);
    button.title = `Colours: ${theme}`;
  };
  show();
  return button;
}
