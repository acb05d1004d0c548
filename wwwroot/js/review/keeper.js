// Keeps the work on one item: at once in the browser's own database, a moment later at the server.
import { Autosave } from './autosave.js';
import { openJournal } from './journal.js';
import { call } from './server.js';

export class Keeper {
  #journal = null; #key = null; #item = null; #line = null; #autosave; #annotation; #changes = 0; #isOpen = false; #onWritten;

  /**
   * @param annotation () => what is to be saved
   * @param onState (state, error) => void, as in autosave.js
   * @param onWritten () => void when the browser's database has everything so far
   */
  constructor(annotation, onState, onWritten) {
    this.#annotation = annotation;
    this.#onWritten = onWritten;
    this.#autosave = new Autosave(() => this.#send(), onState);
  }

  /** The version that the next save is based on. */
  number = 0;

  get state() { return this.#autosave.state; }

  /** What is kept of an item in this browser, or null. @param line of whose annotation: two people may use one browser, a reviewer sees several */
  async read(item, line) {
    this.#isOpen = false;
    this.#autosave.reset();
    this.#journal ??= await openJournal();
    return this.#journal?.read(keyOf(item, line)) ?? null;
  }

  /** Goes on with an item. @param line whose annotation it is, where it is somebody's already; @param head what the journal begins with, or null to go on with what is kept */
  async open(item, line, number, head, isAhead = false) {
    this.#key = keyOf(item, line);
    this.#item = item;
    this.#line = line;
    this.number = number;
    this.#isOpen = true;
    if (head) { this.#write((journal) => journal.begin({ item: this.#key, based: number, ...head })); }
    this.#autosave.reset(isAhead);
    await this.#journal?.settled();
  }

  patch(taken) { this.#changed((journal) => journal.add(this.#key, taken)); }

  cursor(cursor) { this.#changed((journal) => journal.note(this.#key, { cursor, isAhead: true })); }

  /** @param isComplete false for text that the page's component hasn't seen yet: kept, but not sent */
  fields(fields, isComplete = true) {
    const work = (journal) => journal.note(this.#key, { fields, isAhead: true });
    if (isComplete) { this.#changed(work); } else { this.#write(work); }
  }

  /** Saves what isn't saved; gives the number of the latest version. */
  async flush() {
    await this.#autosave.flush();
    return this.number;
  }

  /** The item is left: what the server lacks goes there now. Where that can't be, the browser's database has it. */
  async leave() {
    if (!this.#isOpen || this.state === 'conflict' || this.state === 'refused') { return; }
    try { await this.#autosave.flush(); } catch { /* Said already, by the state. */ }
  }

  /** After a conflict: what is here shall follow another version. */
  rebase(number) {
    this.number = number;
    this.#write((journal) => journal.note(this.#key, { based: number }));
    this.#autosave.reset(true);
  }

  /** The item is done, or its work is thrown away. */
  drop() {
    this.#isOpen = false;
    this.#autosave.reset();
    this.#write((journal) => journal.drop(this.#key));
  }

  dispose() {
    this.#autosave.dispose();
    this.#journal?.settled().then(() => this.#journal.close());
  }

  #changed(work) {
    if (!this.#isOpen) { return; }
    this.#changes++;
    this.#write(work);
    this.#autosave.touch();
  }

  /** A full disk or a browser that keeps nothing must not stop the work: it still goes to the server. */
  #write(work) {
    if (!this.#journal) { return; }
    work(this.#journal).then(() => this.#onWritten(), () => { this.#journal = null; });
  }

  async #send() {
    const seen = this.#changes;
    const saved = await call('PUT', `/api/review/items/${this.#item}/draft`, { basedOn: this.number, annotation: this.#annotation(), lineId: this.#line });
    this.number = saved.number;
    if (this.#isOpen) { this.#write((journal) => journal.note(this.#key, { based: saved.number, isAhead: this.#changes !== seen })); }
  }
}

const keyOf = (item, line) => (line ? `${item}/${line}` : item);
