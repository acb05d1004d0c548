// Sends what changed to the server a moment after the last change, one save at a time, and again when the connection is back.
import { Refusal } from './server.js';

const quietFor = 2500;
const longestPause = 30_000;

/** States that a page shows: 'saved', 'changed', 'saving', 'offline', 'conflict', 'refused'. */
export class Autosave {
  #send; #onState; #timer = null; #running = null; #isChanged = false; #pause = 1000; #listeners = new AbortController();

  /**
   * @param send async () => void; throws a Refusal when the server says no, anything else when it can't be reached
   * @param onState (state, error) => void
   */
  constructor(send, onState) {
    this.#send = send;
    this.#onState = onState;
    globalThis.addEventListener?.('online', () => { if (this.#isChanged) { this.#wait(0); } }, { signal: this.#listeners.signal });
  }

  state = 'saved';

  #error = null;

  /** Something changed. */
  touch() {
    this.#isChanged = true;
    if (this.state === 'conflict' || this.#running) { return; }
    this.#tell('changed');
    this.#wait(quietFor);
  }

  /** Saves now if anything changed; resolves when all is saved, throws what stands against it. */
  async flush() {
    clearTimeout(this.#timer);
    while (this.#running || this.#isChanged) {
      await (this.#running ?? this.#save());
      if (this.#error) { throw this.#error; }
    }
  }

  /** After a conflict was settled, or when nothing is to be saved. */
  reset(isChanged = false) {
    clearTimeout(this.#timer);
    this.#isChanged = isChanged;
    this.#error = null;
    this.#tell(isChanged ? 'changed' : 'saved');
    if (isChanged) { this.#wait(0); }
  }

  dispose() {
    clearTimeout(this.#timer);
    this.#listeners.abort();
  }

  #wait(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), time);
  }

  #save() {
    this.#running ??= this.#attempt().finally(() => { this.#running = null; });
    return this.#running;
  }

  async #attempt() {
    this.#isChanged = false;
    this.#error = null;
    this.#tell('saving');
    try {
      await this.#send();
      this.#pause = 1000;
      if (this.#isChanged) {
        this.#tell('changed');
        this.#wait(quietFor);
      } else {
        this.#tell('saved');
      }
    } catch (error) {
      this.#isChanged = true;
      this.#error = error;
      if (error instanceof Refusal && error.status < 500 && error.status !== 429) {
        this.#tell(error.status === 409 ? 'conflict' : 'refused');
      } else {
        this.#tell('offline');
        this.#wait(this.#pause);
        this.#pause = Math.min(longestPause, 2 * this.#pause);
      }
    }
  }

  #tell(state) {
    this.state = state;
    this.#onState(state, this.#error);
  }
}
