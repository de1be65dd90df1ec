import { el, icon } from './dom.js';

const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const KEY = 'chargen-gallery-theme';

/** A button that goes through the themes; the choice is kept if the browser allows it. */
export function themeButton(): HTMLButtonElement {
  let theme = remembered();
  const button = el(
    'button',
    { type: 'button', class: 'quiet' },
    icon('theme'),
    el('span', { class: 'wide' }),
  );
  const show = (): void => {
    document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
    button.setAttribute('aria-label', `Colours: ${theme}. Change`);
    button.title = `Colours: ${theme}`;
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Pages from the file system may have no storage.
    }
    show();
  });
  show();
  return button;
}

function remembered(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}
