// Sends a zip for an import by plain HTTP, so that its bytes never pass through the circuit.
import { upload } from '../upload.js';

/**
 * Sends the file that an input holds. The component is told SendProgressed(0..1), Sent(), or SendFailed(message).
 * @param {HTMLInputElement} input
 * @param {string} address with the order as its query
 */
export async function send(input, address, component) {
  const file = input.files[0];
  if (!file) {
    await component.invokeMethodAsync('SendFailed', '');
    return;
  }

  try {
    // Systems have several names for the type of a zip.
    await upload(address, file, { type: 'application/zip', onProgress: (part) => component.invokeMethodAsync('SendProgressed', part) });
    input.value = '';
    await component.invokeMethodAsync('Sent');
  } catch (error) {
    await component.invokeMethodAsync('SendFailed', error.message);
  }
}
