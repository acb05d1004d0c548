// <local-time datetime="..." data-form="Full">: a time of the server, shown by the reader's clock. It is drawn in a shadow, so that what the
// server wrote inside stays as the page's component knows it.

const day = { day: 'numeric', month: 'short' };
const year = { year: 'numeric' };
const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const forms = { Time: time, Day: { ...day, ...year }, Short: { ...day, ...time }, Full: { ...day, ...year, ...time } };

// English as its own pages write dates: the day first.
const language = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;

/** Minutes that the reader's clock is ahead of UTC. */
export const offset = () => -new Date().getTimezoneOffset();

customElements.define('local-time', class extends HTMLElement {
  connectedCallback() {
    const moment = new Date(this.getAttribute('datetime'));
    const shown = document.createElement('time');
    shown.dateTime = moment.toISOString();
    shown.title = moment.toLocaleString(language, { dateStyle: 'full', timeStyle: 'long' });
    shown.textContent = moment.toLocaleString(language, forms[this.dataset.form]);
    (this.shadowRoot ?? this.attachShadow({ mode: 'open' })).replaceChildren(shown);
  }
});
