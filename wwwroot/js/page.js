// What every page needs from the browser, by attributes, so that no page has to call for it:
//   data-key="n"        a key clicks this element, or focuses it when it is a text field
//   data-opens="id"     opens the <dialog> with that id; data-closes closes the one around it
//   data-copies="text"  puts the text on the clipboard
//   data-posts="address" asks the server to do something, then goes to the address in data-then
//   data-reveals="id"   shows and hides the password in the field with that id
//   data-full-screen    "on" or "off": turns full screen on, or off where it still is
import { freshToken } from './antiforgery.js';
import './local-time.js';

/** What is folded away can be had by its key all the same. */
const isThere = (element) => element.checkVisibility() || element.closest('details:not([open])')?.checkVisibility();

const typing = (target) => target.closest?.('input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]');

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
  if (event.key === 'Enter' && !event.shiftKey && event.target.matches?.('textarea[data-sends]')) {
    event.preventDefault();
    event.target.dispatchEvent(new Event('change', { bubbles: true }));
    event.target.form.requestSubmit();
    return;
  }
  if (typing(event.target)) { return; }
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const open = document.querySelector('dialog[open]');
  const element = [...(open ?? document).querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isThere);
  if (!element || (key === 'Space' && event.target.closest('button, a, summary'))) { return; }
  event.preventDefault();
  if (typing(element)) { element.focus(); } else { element.click(); }
});

document.addEventListener('click', async (event) => {
  const opener = event.target.closest('[data-opens]');
  if (opener) { document.getElementById(opener.dataset.opens)?.showModal(); }
  if (event.target.closest('[data-closes]')) { event.target.closest('dialog')?.close(); }
  const copier = event.target.closest('[data-copies]');
  if (copier) { await copy(copier); }
  const poster = event.target.closest('[data-posts]');
  if (poster) { await post(poster); }
  const revealer = event.target.closest('[data-reveals]');
  if (revealer) { reveal(revealer); }
  const screen = event.target.closest('[data-full-screen]')?.dataset.fullScreen;
  if (screen === 'on') { await document.documentElement.requestFullscreen(); }
  if (screen === 'off' && document.fullscreenElement) { await document.exitFullscreen(); }
  const theme = event.target.closest('[data-theme-cycle]');
  if (theme) { showTheme(theme, window.sidaTheme.cycle()); }
});

async function post(button) {
  await fetch(button.dataset.posts, { method: 'POST', headers: { 'X-Antiforgery': await freshToken() } });
  location.assign(button.dataset.then);
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveals);
  const shown = field.type === 'text';
  field.type = shown ? 'password' : 'text';
  button.setAttribute('aria-pressed', String(!shown));
}

async function copy(button) {
  await write(button.dataset.copies);
  const said = document.getElementById('said');
  if (said) { said.textContent = 'Copied.'; }
  button.classList.add('copied');
  setTimeout(() => button.classList.remove('copied'), 1500);
}

// Over plain http, as in a team's own network, browsers give pages no clipboard, but still copy what is selected.
async function write(text) {
  if (navigator.clipboard) { return navigator.clipboard.writeText(text); }
  const area = Object.assign(document.createElement('textarea'), { value: text, className: 'hidden-but-read' });
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

function showTheme(button, theme) {
  button.title = `Theme: ${theme}`;
  const said = document.getElementById('said');
  if (said) { said.textContent = `Theme: ${theme}`; }
}
