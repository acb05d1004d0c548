// The stock SignalR client against the running hub. Prints one JSON object with what it saw.
import { HubConnectionBuilder, HttpTransportType, LogLevel } from '@microsoft/signalr';

const [, , base, key, task, pictureId] = process.argv;
const connection = new HubConnectionBuilder()
  .withUrl(`${base}/hubs/analysis`, { accessTokenFactory: () => key, transport: HttpTransportType.WebSockets, skipNegotiation: task === 'skip-negotiation' })
  .configureLogging(LogLevel.None)
  .build();

function follow(stream, onMessage = () => {}) {
  return new Promise((resolve) => {
    const messages = [];
    stream.subscribe({
      next: (message) => { messages.push(message); onMessage(message); },
      complete: () => resolve({ messages }),
      error: (error) => resolve({ messages, error: error.message }),
    });
  });
}

async function run() {
  await connection.start();
  const request = { pictureId, prompt: 'Is it real?' };
  switch (task) {
    case 'cancel': {
      let cancelled = false;
      return follow(connection.stream('Analyze', request), (message) => {
        if (message.type === 'token' && !cancelled) {
          cancelled = true;
          connection.invoke('Cancel', firstId).catch(() => {});
        }
        if (message.type === 'accepted') { firstId = message.id; }
      });
    }
    case 'rejoin': {
      // Leaves in the middle of the answer, and comes back on a new connection behind the last message it got.
      const seen = [];
      await new Promise((resolve) => {
        const subscription = connection.stream('Analyze', request).subscribe({
          next: (message) => {
            seen.push(message);
            if (message.type === 'token') { subscription.dispose(); resolve(); }
          },
          complete: resolve,
          error: resolve,
        });
      });
      await connection.stop();
      await connection.start();
      const rest = await follow(connection.stream('Follow', seen[0].id, seen.length));
      return { messages: [...seen, ...rest.messages], error: rest.error };
    }
    default:
      return follow(connection.stream('Analyze', request));
  }
}

let firstId;
try {
  console.log(JSON.stringify(await run()));
} catch (error) {
  console.log(JSON.stringify({ messages: [], error: error.message }));
} finally {
  await connection.stop();
}
