// Pictures for a project's guidelines: uploaded by plain HTTP, then written into the text where the caret is.
import { upload } from './upload.js';

/**
 * @param {HTMLElement} element holds the text area, the file input and the place for words
 * @param {string} address where pictures are sent
 * @param {string} busy what to say while one is on its way
 * @returns an object whose dispose() takes the listener away
 */
export function attach(element, address, busy) {
  const text = element.querySelector('textarea');
  const input = element.querySelector('input[type="file"]');
  const state = element.querySelector('[data-upload-state]');
  const listeners = new AbortController();
  const take = async () => {
    const file = input.files[0];
    input.value = '';
    if (!file) { return; }
    state.textContent = busy;
    try {
      insert(text, (await upload(address, file, { type: 'application/octet-stream', signal: listeners.signal })).markdown);
      state.textContent = '';
    } catch (error) {
      if (error.name !== 'AbortError') { state.textContent = error.message; }
    }
  };
  input.addEventListener('change', take, { signal: listeners.signal });
  take(); // what was chosen before anybody listened
  return { dispose: () => listeners.abort() };
}

function insert(text, markdown) {
  const at = text.selectionEnd;
  const before = text.value.slice(0, at);
  const gap = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  text.value = `${before}${gap}${markdown}\n\n${text.value.slice(at)}`;
  text.selectionStart = text.selectionEnd = at + gap.length + markdown.length + 2;
  text.dispatchEvent(new Event('change', { bubbles: true }));
  text.focus();
}
