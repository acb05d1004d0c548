// The clients of the load test: stock SignalR connections that ask, are cut off, come back and count what they got.
// Reads its task as JSON from standard input and prints one JSON object with what happened.
import { HubConnectionBuilder, HttpTransportType, LogLevel } from '@microsoft/signalr';
import { text } from 'node:stream/consumers';

const { address, clients, questions, pause } = JSON.parse(await text(process.stdin));
const result = { answers: 0, broken: [], reconnects: 0, repeated: 0, verdicts: [], ends: [], masks: 0 };

async function connect(key) {
  for (;;) {
    const connection = new HubConnectionBuilder()
      .withUrl(address, { accessTokenFactory: () => key, transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .configureLogging(LogLevel.None)
      .build();
    try {
      await connection.start();
      return connection;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Reads a stream to its end or to the end of its connection; says whether the connection held. */
function read(stream, messages, began) {
  return new Promise((resolve) => {
    stream.subscribe({
      next: (message) => {
        messages.push(message);
        if (message.type === 'verdict') result.verdicts.push(performance.now() - began);
        if (message.type === 'mask') result.masks++;
      },
      complete: () => resolve(true),
      error: () => resolve(false),
    });
  });
}

async function ask(client, state) {
  const began = performance.now();
  const messages = [];
  let held = await read(state.connection.stream('Analyze', { pictureId: client.pictureId, prompt: 'Is it real?' }), messages, began);
  let cut = false;
  while (!held) {
    cut = true;
    result.reconnects++;
    await state.connection.stop();
    state.connection = await connect(client.key);
    if (messages.length === 0) {
      // Whether the question arrived is not known: the server must have finished it all the same, if it did.
      result.repeated++;
      held = await read(state.connection.stream('Analyze', { pictureId: client.pictureId, prompt: 'Is it real?' }), messages, began);
    } else {
      held = await read(state.connection.stream('Follow', messages[0].id, messages.length), messages, began);
    }
  }
  const whole = messages.every((message, index) => message.sequence === index) && messages.at(-1)?.type === 'finished'
    && messages.filter((message) => message.type === 'token').map((message) => message.text).join('') === messages.at(-1).document.text;
  if (whole) result.answers++;
  else result.broken.push(messages.map((message) => message.type).join(' '));
  if (!cut) result.ends.push(performance.now() - began);
}

await Promise.all(clients.map(async (client) => {
  const state = { connection: await connect(client.key) };
  for (let i = 0; i < questions; i++) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * pause));
    await ask(client, state);
  }
  await state.connection.stop();
}));
console.log(JSON.stringify(result));
