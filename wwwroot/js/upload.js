// Uploads files by plain HTTP, so that their bytes never pass through the circuit: picked, dropped or pasted.
import { freshToken } from './antiforgery.js';

/** What the server answers that took a file: it made something of it, or will. */
const taken = [201, 202];

/**
 * Uploads one file and resolves with the server's answer.
 * @param {string} address
 * @param {File|Blob} file
 * @param {object} [how]
 * @param {string} [how.type] the content type, where the file's own won't do
 * @param {(part: number) => void} [how.onProgress] called with 0..1, a few times a second
 * @param {AbortSignal} [how.signal]
 */
export async function upload(address, file, { type, onProgress, signal } = {}) {
  const token = await freshToken(signal);
  const report = onProgress && throttle(onProgress);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    request.setRequestHeader('X-Antiforgery', token);
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name ?? 'pasted'));
    if (type) { request.setRequestHeader('Content-Type', type); }
    request.upload.onprogress = (event) => { if (report && event.lengthComputable) { report(event.loaded / event.total); } };
    request.onload = () => {
      const answer = parse(request.responseText);
      if (taken.includes(request.status)) { resolve(answer); } else { reject(new Error(answer?.detail ?? `The server answered ${request.status}.`)); }
    };
    request.onerror = () => reject(new Error('The upload broke off. Check the connection and try again.'));
    signal?.addEventListener('abort', () => request.abort());
    request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
    request.send(file);
  });
}

/**
 * Makes an element take pictures: its file input, files dropped on it, files pasted into the page.
 * The component is told UploadStarted(), UploadProgressed(0..1), Uploaded(id) or UploadFailed(message).
 * @returns an object whose dispose() takes the listeners away
 */
export function attach(element, component) {
  const listeners = new AbortController();
  const take = async (files) => {
    const file = [...(files ?? [])].find((candidate) => candidate.type.startsWith('image/') || candidate.type === '');
    if (!file) { return; }
    await component.invokeMethodAsync('UploadStarted');
    try {
      const picture = await upload('/api/pictures', file, { onProgress: (part) => component.invokeMethodAsync('UploadProgressed', part), signal: listeners.signal });
      await component.invokeMethodAsync('Uploaded', picture.id);
    } catch (error) {
      if (error.name !== 'AbortError') { await component.invokeMethodAsync('UploadFailed', error.message); }
    }
  };
  const options = { signal: listeners.signal };
  const takeFrom = (input) => { take([...input.files]); input.value = ''; };
  element.addEventListener('change', (event) => { if (event.target.type === 'file') { takeFrom(event.target); } }, options);
  element.addEventListener('dragover', (event) => event.preventDefault(), options);
  element.addEventListener('drop', (event) => { event.preventDefault(); take(event.dataTransfer.files); }, options);
  document.addEventListener('paste', (event) => { if (event.clipboardData.files.length > 0) { event.preventDefault(); take(event.clipboardData.files); } }, options);
  for (const [name, over] of [['dragenter', true], ['dragover', true], ['dragleave', false], ['drop', false]]) {
    element.addEventListener(name, () => element.classList.toggle('dropping', over), options);
  }
  element.querySelectorAll('input[type="file"]').forEach(takeFrom); // what was chosen before anybody listened
  element.dataset.takesPictures = 'true';
  return { dispose: () => listeners.abort() };
}

function parse(text) {
  try { return JSON.parse(text); } catch { return null; }
}

// Progress is told a few times a second: more would only fill the circuit.
function throttle(report) {
  let last = 0;
  return (part) => {
    const now = performance.now();
    if (part === 1 || now - last > 200) { last = now; report(part); }
  };
}
