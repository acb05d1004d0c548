// The editor of one page: opens items, holds tools, and ties the board to the keeping of work and to the page's component, which is told
// Opened(kept fields or null), Saved(), Tied(key, whether), Pinned(x, y), Conflicted(item, message, the number that is known here), Failed(message).
import { Board } from './board.js';
import { actsOf, changes, changing } from './commands.js';
import { Controls } from './controls.js';
import { Keeper } from './keeper.js';
import { Keyboard } from './keyboard.js';
import { Links } from './links.js';
import { Loupe } from './loupe.js';
import { loadPicture } from './picture.js';
import { Pins } from './pins.js';
import { Pointers } from './pointer.js';
import { Mask } from './raster.js';
import { decode, encode } from './rle.js';
import { call } from './server.js';
import { keepSettings, readSettings } from './settings.js';
import { makeTools } from './tools/all.js';

export function attach(root, component) { return new Editor(root, component); }

class Editor {
  #root; #stage; #component; #keeper; #links = new Links(); #controls; #pins; #tools; #acts; #listeners = new AbortController(); #opening = new AbortController(); #observer;
  #item = null; #view = null; #fields = null; #keptFields = null; #tying = null; #chosen = 'brush'; #before = 'brush'; #references = new Map(); #written = 0; #lastState = null; #isGone = false; #isOpen = Promise.resolve();

  constructor(root, component) {
    const { signal } = this.#listeners;
    this.#root = root;
    this.#component = component;
    this.#stage = root.querySelector('[data-stage]');
    this.board = new Board(this.#stage, {
      onPatch: (taken) => this.#keeper.patch(taken),
      onAbandon: () => this.#keeper.cursor(this.board.history.cursor),
      onHistory: () => this.#controls.showHistory(this.board.history, this.board.mask),
      onView: () => { this.#pins.place(); this.#controls.showZoom(this.board.view.scale); },
    });
    this.loupe = new Loupe(this.#stage.querySelector('[data-loupe]'), this.board);
    this.#keeper = new Keeper(() => this.#annotation(), (state, error) => this.#showState(state, error), () => { root.dataset.written = ++this.#written; });
    this.#tools = makeTools(this.board, this.settings, {
      onOffer: (offer) => this.#controls.showOffer(this.#tools.smart, this.board.picture, offer),
      onPin: ({ x, y }) => { this.choose(this.#before); component.invokeMethodAsync('Pinned', x, y); },
      onTie: (place) => this.#tie(place),
    });
    this.#acts = actsOf(this);
    this.#controls = new Controls(root, this.#stage, this, signal);
    this.#pins = new Pins(root.querySelector('[data-pins]'), this.board);
    const pointers = new Pointers(this.#stage, this.board, () => this.tool, (event) => this.#controls.moveCursor(event), signal);
    const keyboard = new Keyboard(this.#stage, this.board, pointers, () => this.tool, { undo: () => this.command('undo'), redo: () => this.command('redo') }, signal);
    this.board.guide = (context, view) => { this.tool.draw?.(context, view); keyboard.draw(context, view); };
    this.#observer = new ResizeObserver(() => { if (this.board.picture) { this.board.resize(); } });
    this.#observer.observe(this.#stage);
    document.addEventListener('visibilitychange', () => { if (document.hidden) { this.#keeper.leave(); } }, { signal });
    this.set({});
  }

  settings = readSettings();

  /** What the mask is compared with: 'model', a version's number, or null. */
  compared = null;

  get tool() { return this.#tools[this.#chosen]; }

  /** Whether something is only in this browser, with no save under way that would change that. */
  get isUnsafe() { return ['offline', 'conflict', 'refused'].includes(this.#keeper.state); }

  get brushOnScreen() { return this.tool.hasSize && this.board.picture ? Math.max(3, this.settings.size * this.board.view.scale) : null; }

  get #canEdit() { return this.#view?.can.edit === true; }

  // --- opening ---------------------------------------------------------------------------------------------------

  /** Opens an item, with what this browser has kept of it. @param line whose versions, or null for the current ones */
  open(item, line = null) {
    this.#opening.abort();
    this.#opening = new AbortController();
    this.#isOpen = this.#open(item, line, this.#opening.signal);
  }

  async #open(item, line, signal) {
    try {
      this.#root.dataset.state = 'opening';
      delete this.#root.dataset.open;
      await this.#keeper.leave();
      signal.throwIfAborted();
      this.#item = item;
      this.#fields = null;
      const view = await call('GET', `/api/review/items/${item}${line ? `?line=${line}` : ''}`, undefined, signal);
      const [picture, kept] = await Promise.all([loadPicture(view.pictureUrl, signal), this.#keeper.read(item, view.lineId ?? null)]);
      signal.throwIfAborted();
      if (picture.width !== view.picture.width || picture.height !== view.picture.height) {
        throw new Error(`The browser shows this picture with ${picture.width} × ${picture.height} pixels, the server has ${view.picture.width} × ${view.picture.height}. Ask who runs this server to look at the file.`);
      }
      this.#view = view;
      this.#references.clear();
      this.compared = null;
      await this.#begin(picture, kept);
      this.choose(this.#canEdit && this.#chosen in { tie: 1, comment: 1, hand: 1 } ? 'brush' : this.#canEdit ? this.#chosen : 'hand');
      this.#root.dataset.state = 'open';
      this.#root.dataset.open = item;
      await this.#component.invokeMethodAsync('Opened', this.#keptFields && JSON.stringify(this.#keptFields));
      if (this.#canEdit) { this.#tools.smart.open(item); }
    } catch (error) {
      if (error.name === 'AbortError') { return; }
      this.#root.dataset.state = 'failed';
      await this.#component.invokeMethodAsync('Failed', error.message);
    }
  }

  /** Begins with the server's mask, or goes on with what was kept here and isn't at the server, or is, with its undo steps. */
  async #begin(picture, kept) {
    const { latest } = this.#view;
    const goesOn = kept && this.#canEdit && (kept.isAhead || kept.based === latest) && kept.base.width === picture.width && kept.base.height === picture.height;
    const code = goesOn ? kept.base : this.#atServer?.mask;
    const mask = code ? decode(code.rle, code.width, code.height) : new Mask(picture.width, picture.height);
    this.board.open(picture, mask);
    this.#keptFields = goesOn ? kept.fields : null;
    if (goesOn) {
      this.board.history.restore(kept.steps, kept.cursor);
      this.board.chooseColour(this.settings.colour === 'auto' ? undefined : this.settings.colour);
      this.#controls.showHistory(this.board.history, mask);
    }
    await this.#keeper.open(this.#item, this.#view.lineId ?? null, goesOn ? kept.based : latest, goesOn ? null : { base: { width: mask.width, height: mask.height, rle: encode(mask) }, fields: null }, goesOn && kept.isAhead);
  }

  get #atServer() { return this.#view.current?.annotation ?? this.#view.model; }

  // --- what the page's component calls ---------------------------------------------------------------------------

  /** Verdict and text as the page has them: { verdict, certainty, reasons, explanation, keys (of its sentences), texts }. */
  setFields(fields, isChange) {
    if (this.#fields === null) {
      const { links = [] } = this.#keptFields ?? this.#atServer ?? {};
      this.#links.read(links, this.#keptFields?.keys ?? fields.keys);
    }
    this.#fields = fields;
    this.#controls.showTied(this.#links.keys);
    if (isChange) { this.#keeper.fields(this.#fieldsToKeep()); }
  }

  /** Saves everything; gives { number } of the latest version, or { problem } that stands against it. */
  async settle() {
    await this.#isOpen;
    try {
      return { number: await this.#keeper.flush() };
    } catch (error) {
      return { number: this.#keeper.number, problem: error.message };
    }
  }

  /** Nothing of this item is needed in this browser any more. */
  forget() { this.#keeper.drop(); }

  /** After a conflict: what is here shall follow that version. */
  rebase(number) { this.#keeper.rebase(number); }

  startTying(key) {
    this.#tying = key;
    this.choose('tie');
    this.#stage.focus({ preventScroll: true });
  }

  untie(key) {
    this.#links.untie(key);
    this.#controls.showTied(this.#links.keys);
    this.#keeper.fields(this.#fieldsToKeep());
  }

  /** Brings a place into sight. */
  look(x, y) {
    this.board.view.show({ x, y }, 80);
    this.board.viewChanged();
  }

  async compare(what) {
    try {
      const mask = what === null ? null : await this.#reference(what);
      this.compared = what;
      this.board.look.isDifference &&= mask !== null;
      this.board.show('reference', mask);
      this.#showPressed();
    } catch (error) {
      this.#component.invokeMethodAsync('Failed', error.message);
    }
  }

  choose(name) {
    this.tool.cancel?.();
    if (this.#chosen !== 'tie' && this.#chosen !== 'comment') { this.#before = this.#chosen; }
    this.#chosen = name;
    this.#showPressed();
    this.board.guideChanged();
  }

  async dispose() {
    this.#isGone = true;
    this.#opening.abort();
    this.#listeners.abort();
    this.#observer.disconnect();
    this.#pins.dispose();
    this.board.dispose();
    await this.#keeper.leave();
    this.#keeper.dispose();
  }

  // --- what controls call ----------------------------------------------------------------------------------------

  command(name) {
    if (!this.board.picture || (changing.has(name) && !this.#canEdit)) { return; }
    if (changes[name]) { this.board.step(...changes[name]); } else { this.#acts[name]?.(); }
  }

  set(change) {
    Object.assign(this.settings, change);
    keepSettings(this.settings);
    const { fill, edge, colour } = this.settings;
    Object.assign(this.board.look, { fill, edge });
    if ('colour' in change || Object.keys(change).length === 0) { this.board.chooseColour(colour === 'auto' ? undefined : colour); }
    this.board.repaint();
    this.#controls.showSettings(this.settings);
    this.#showPressed();
  }

  turnLoupe() {
    this.loupe.turn();
    this.#showPressed();
  }

  undo() {
    if (!this.board.history.canUndo) { return; }
    this.board.undo();
    this.#keeper.cursor(this.board.history.cursor);
  }

  redo() {
    if (!this.board.history.canRedo) { return; }
    this.board.redo();
    this.#keeper.cursor(this.board.history.cursor);
  }

  /** Letters as they are typed, before the page's component has them: a lost connection loses none. */
  typed(key, text) {
    if (!this.#fields) { return; }
    this.#fields.texts = { ...this.#fields.texts, [key]: text };
    this.#keeper.fields(this.#fieldsToKeep(), false);
  }

  /** Lights up the region of a sentence; null lets it go dark. */
  light(key) { this.board.show('region', key === null ? null : this.#links.get(key)); }

  comparePrevious() { return this.compare(typeof this.compared === 'number' ? null : this.#keeper.number > 1 ? this.#keeper.number - 1 : 'model'); }

  async showDifference() {
    const isOn = !this.board.look.isDifference;
    if (isOn && this.compared === null) { await this.compare('model'); }
    this.board.look.isDifference = isOn;
    this.board.repaint();
    this.#showPressed();
  }

  async useModel() {
    await this.compare('model');
    if (this.compared === 'model') { this.board.replace(this.board.layers.reference, 'Model’s mask'); }
  }

  // --- in between ------------------------------------------------------------------------------------------------

  #annotation() {
    const { mask } = this.board;
    const { verdict = null, certainty = null, reasons = [], explanation = '', links = [] } = this.#fields ?? this.#atServer ?? {};
    // Only a tampered picture has a mask; what was painted before somebody changed their mind stays here, to be had back.
    const isMasked = (verdict === null || verdict === 'tampered') && mask.bounds() !== null;
    return {
      verdict,
      certainty,
      reasons,
      explanation,
      mask: isMasked ? { width: mask.width, height: mask.height, rle: encode(mask) } : null,
      links: this.#fields ? this.#links.write(this.#fields.keys) : links,
    };
  }

  #fieldsToKeep() { return { ...this.#fields, links: this.#links.write(this.#fields.keys) }; }

  async #reference(what) {
    if (!this.#references.has(what)) {
      const { width, height } = this.board.mask;
      const annotation = what === 'model' ? this.#view.model : (await this.#version(what)).annotation;
      this.#references.set(what, annotation?.mask ? decode(annotation.mask.rle, annotation.mask.width, annotation.mask.height) : new Mask(width, height));
    }
    return this.#references.get(what);
  }

  #version(number) { return call('GET', `/api/review/items/${this.#item}/versions/${number}${this.#view.lineId ? `?line=${this.#view.lineId}` : ''}`); }

  #tie(place) {
    const isTied = this.#tying !== null && this.#links.tie(this.#tying, this.board.mask, place);
    if (isTied) {
      this.choose(this.#before);
      this.#controls.showTied(this.#links.keys);
      this.#keeper.fields(this.#fieldsToKeep());
    }
    this.#component.invokeMethodAsync('Tied', this.#tying, isTied);
  }

  #showState(state, error) {
    if (this.#isGone) { return; }
    this.#controls.showState(state, error);
    if (state === 'saved' && this.#lastState === 'saving') { this.#component.invokeMethodAsync('Saved'); }
    this.#lastState = state;
    if (state === 'conflict') { this.#component.invokeMethodAsync('Conflicted', this.#item, error.message, this.#keeper.number); }
  }

  #showPressed() { this.#controls.showPressed({ tool: this.#chosen, settings: this.settings, isDifference: this.board.look.isDifference, compared: this.compared }); }
}
