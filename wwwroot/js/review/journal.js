// What was done to an item and isn't safely at the server, kept in the browser's own database: every patch as it is painted, and every
// text as it is typed. A reload, a crash or a lost connection finds it again, with all its undo steps.

const version = 1;

/** Opens the database; gives null where the browser has none (private windows of some), so that work goes on without it. */
export async function openJournal() {
  if (!globalThis.indexedDB) { return null; }
  try {
    const request = indexedDB.open('sida-review', version);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('items', { keyPath: 'item' });
      request.result.createObjectStore('patches', { keyPath: ['item', 'step', 'part'] });
    };
    return new Journal(await done(request));
  } catch (error) {
    if (error instanceof DOMException) { return null; }
    throw error;
  }
}

class Journal {
  #database; #waiting = Promise.resolve();

  constructor(database) { this.#database = database; }

  /** What is kept of an item: { item, based, base, cursor, fields, steps: [{ name, patches }] }, or null. */
  async read(item) {
    await this.#waiting;
    const transaction = this.#database.transaction(['items', 'patches']);
    const [head, patches] = await Promise.all([
      done(transaction.objectStore('items').get(item)),
      done(transaction.objectStore('patches').getAll(all(item))),
    ]);
    if (!head) { return null; }
    const steps = [];
    for (const { step, name, patch } of patches) { (steps[step] ??= { name, patches: [] }).patches.push(patch); }
    return { ...head, steps };
  }

  /** Begins anew with an item as it is at the server. @param head { item, based, base: { width, height, rle }, fields } */
  begin(head) {
    return this.#write((items, patches) => {
      patches.delete(all(head.item));
      items.put({ cursor: 0, isAhead: false, ...head });
    });
  }

  /** Adds a patch to the last step; steps that were undone before it are forgotten. */
  add(item, { step, part, name, patch }) {
    return this.#change(item, { cursor: step + 1, isAhead: true }, (patches) => {
      if (part === 0) { patches.delete(IDBKeyRange.bound([item, step], [item, []])); }
      patches.put({ item, step, part, name, patch });
    });
  }

  /** Notes what changed about an item: { cursor } after undo and redo, { fields } after typing, { based, isAhead } after a save. */
  note(item, change) { return this.#change(item, change); }

  /** Forgets an item. */
  drop(item) {
    return this.#write((items, patches) => {
      patches.delete(all(item));
      items.delete(item);
    });
  }

  /** Resolves when everything so far is written. */
  settled() { return this.#waiting; }

  close() { this.#database.close(); }

  #change(item, change, alter = () => {}) {
    return this.#write((items, patches) => {
      alter(patches);
      const request = items.get(item);
      request.onsuccess = () => { if (request.result) { items.put({ ...request.result, ...change }); } };
    });
  }

  /** The database keeps the order of transactions; each is begun at once, so that a page that goes away has handed over everything. */
  #write(work) {
    const transaction = this.#database.transaction(['items', 'patches'], 'readwrite', { durability: 'relaxed' });
    work(transaction.objectStore('items'), transaction.objectStore('patches'));
    const end = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new DOMException('The browser did not keep the work.', 'AbortError'));
    });
    this.#waiting = Promise.allSettled([this.#waiting, end]);
    return end;
  }
}

const all = (item) => IDBKeyRange.bound([item], [item, []]);

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
