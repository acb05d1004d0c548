// The page's elements around the picture: listens to them, and shows on them what is so.
//   data-tool="brush"      chooses a tool             data-command="undo"   does something at once
//   data-setting="size"    a slider or a switch       data-colour="sky"     colour of the mask
//   data-kept="KEY"        text that must not be lost data-sentence="KEY"   lights up the region of a sentence
// H, while it is held, leaves nothing but the picture.
import { showOffers } from './offers.js';

const typing = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, select';

export class Controls {
  #root; #stage; #editor; #cursorAt = null;

  constructor(root, stage, editor, signal) {
    this.#root = root;
    this.#stage = stage;
    this.#editor = editor;
    this.#listen({ signal });
  }

  // --- what people do --------------------------------------------------------------------------------------------

  #listen(options) {
    const root = this.#root;
    root.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button || button.disabled) { return; }
      const { tool, command, colour } = button.dataset;
      if (tool) { this.#editor.choose(tool); }
      if (command) { this.#editor.command(command); }
      if (colour) { this.#editor.set({ colour }); }
    }, options);
    root.addEventListener('input', ({ target }) => {
      const { setting, kept, channel } = target.dataset;
      if (channel !== undefined) { this.#stage.dataset.channel = target.value; }
      if (setting) { this.#editor.set({ [setting]: target.type === 'checkbox' ? target.checked : Number(target.value) / (setting === 'size' ? 1 : 100) }); }
      if (kept) { this.#editor.typed(kept, target.value); }
    }, options);
    for (const [name, isOver] of [['mouseover', true], ['mouseout', false], ['focusin', true], ['focusout', false]]) {
      root.addEventListener(name, (event) => {
        const sentence = event.target.closest?.('[data-sentence]');
        if (sentence) { this.#editor.light(isOver ? sentence.dataset.sentence : null); }
      }, options);
    }
    const hide = (isHidden) => this.#stage.classList.toggle('bare', isHidden);
    document.addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() === 'h' && !event.ctrlKey && !event.metaKey && !event.target.closest?.(typing)) { hide(true); }
    }, options);
    document.addEventListener('keyup', (event) => { if (event.key.toLowerCase() === 'h') { hide(false); } }, options);
    globalThis.addEventListener('blur', () => hide(false), options);
    globalThis.addEventListener('beforeunload', (event) => { if (this.#editor.isUnsafe) { event.preventDefault(); } }, options);
  }

  // --- what is shown ---------------------------------------------------------------------------------------------

  showSettings({ size, pressure, fill, edge }) {
    const values = { size, fill: Math.round(100 * fill), edge: Math.round(100 * edge) };
    for (const input of this.#root.querySelectorAll('[data-setting]')) {
      if (input.type === 'checkbox') { input.checked = pressure; } else { input.value = values[input.dataset.setting]; }
    }
    this.#write('[data-size]', () => size);
    this.moveCursor();
  }

  showPressed({ tool, settings, isDifference, compared }) {
    const press = (selector, test) => { for (const element of this.#root.querySelectorAll(selector)) { element.setAttribute('aria-pressed', test(element.dataset)); } };
    press('button[data-tool]', (data) => data.tool === tool);
    press('button[data-colour]', (data) => data.colour === settings.colour);
    press('[data-command=loupe]', () => this.#editor.loupe.isOn);
    press('[data-command=subtract]', () => settings.subtracts);
    press('[data-command=difference]', () => isDifference);
    press('[data-command=compare-model]', () => compared === 'model');
    press('[data-command=compare-previous]', () => typeof compared === 'number');
    this.#stage.dataset.tool = tool;
    this.#root.dataset.reference = compared ?? '';
    this.moveCursor();
  }

  showHistory(history, mask) {
    for (const [command, can, name] of [['undo', history.canUndo, history.names[0]], ['redo', history.canRedo, history.names[1]]]) {
      for (const button of this.#root.querySelectorAll(`[data-command=${command}]`)) {
        button.disabled = !can;
        button.title = name ? `${button.ariaLabel}: ${name}` : button.ariaLabel;
      }
    }
    this.#root.dataset.step = history.cursor;
    const share = 100 * mask.count() / mask.values.length;
    this.#write('[data-marked]', (data) => (share === 0 ? data.none : `${share < 0.1 ? '< 0.1' : share.toFixed(1)} %`));
  }

  /** @param state as in autosave.js */
  showState(state, error) {
    this.#root.dataset.saved = state;
    this.#write('[data-save-state]', (data) => data[state] + (state === 'refused' ? ` ${error.message}` : ''));
  }

  showOffer(tool, picture, offer) {
    const element = this.#root.querySelector('[data-smart]');
    if (element && picture) { showOffers(element, tool, picture, offer); }
    this.#root.dataset.offers = offer.isAsking ? 'asking' : offer.offers.length;
  }

  showTied(keys) {
    for (const sentence of this.#root.querySelectorAll('[data-sentence]')) { sentence.classList.toggle('tied', keys.has(sentence.dataset.sentence)); }
  }

  showZoom(scale) {
    this.#write('[data-zoom]', () => `${Math.round(100 * scale)} %`);
    this.moveCursor();
  }

  /** A ring as large as the brush, where the pointer is. @param event null when it has left */
  moveCursor(event = this.#cursorAt) {
    this.#cursorAt = event;
    const stage = event && this.#stage.getBoundingClientRect();
    this.#editor.loupe.show(event && { x: event.clientX - stage.left, y: event.clientY - stage.top });
    const cursor = this.#stage.querySelector('[data-cursor]');
    const size = this.#editor.brushOnScreen;
    cursor.hidden = !event || size === null || event.pointerType === 'touch';
    if (cursor.hidden) { return; }
    const box = this.#stage.getBoundingClientRect();
    cursor.style.inlineSize = cursor.style.blockSize = `${size}px`;
    cursor.style.transform = `translate(${event.clientX - box.left - size / 2}px, ${event.clientY - box.top - size / 2}px)`;
  }

  #write(selector, text) { for (const element of this.#root.querySelectorAll(selector)) { element.textContent = text(element.dataset); } }
}
