// Calls of the server with the token that it wants of pages; what it refuses becomes a Refusal with its own words.
import { freshToken } from '../antiforgery.js';

export class Refusal extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `The server answered ${status}.`);
    Object.assign(this, { status, problem });
  }
}

let token = null;

export async function call(method, address, body, signal) {
  token ??= await freshToken(signal);
  const response = await fetch(address, {
    method,
    signal,
    headers: { 'X-Antiforgery': token, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = parse(text);
  if (response.ok) { return answer; }
  // The token belongs to a sign-in: after another one, a new token is needed.
  if (response.status === 400) { token = null; }
  throw new Refusal(response.status, answer);
}

function parse(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}
