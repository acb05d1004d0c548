// The stock OpenAI client against the running server. Prints one JSON object with what it saw.
import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';

const [, , base, key, task, picture] = process.argv;
const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 });

async function messages(question) {
  const url = `data:image/png;base64,${(await readFile(picture)).toString('base64')}`;
  return [{ role: 'user', content: [{ type: 'text', text: question }, { type: 'image_url', image_url: { url } }] }];
}

async function run() {
  switch (task) {
    case 'models': {
      const list = await client.models.list();
      return { ids: list.data.map((model) => model.id), one: (await client.models.retrieve(list.data[0].id)).id };
    }
    case 'whole': {
      const answer = await client.chat.completions.create({ model: 'alpha', messages: await messages('Is it real?') });
      return { text: answer.choices[0].message.content, finish: answer.choices[0].finish_reason, usage: answer.usage, sida: answer.sida };
    }
    case 'stream': {
      const stream = await client.chat.completions.create({ model: 'alpha', stream: true, stream_options: { include_usage: true }, messages: await messages('Is it real?') });
      const seen = { text: '', pieces: 0, order: [] };
      for await (const piece of stream) {
        seen.pieces++;
        const delta = piece.choices[0]?.delta?.content;
        if (delta) { seen.text += delta; seen.order.push('text'); }
        if (piece.sida?.verdict) { seen.verdict = piece.sida.verdict; seen.order.push('verdict'); }
        if (piece.sida?.masks) { seen.masks = piece.sida.masks; seen.order.push('masks'); }
        seen.finish = piece.choices[0]?.finish_reason ?? seen.finish;
        seen.usage = piece.usage ?? seen.usage;
      }
      return seen;
    }
    case 'history': {
      const [question] = await messages('First?');
      const answer = await client.chat.completions.create({ model: 'alpha', max_tokens: 77, messages: [question, { role: 'assistant', content: 'Yes.' }, { role: 'user', content: 'And now?' }] });
      return { text: answer.choices[0].message.content };
    }
    case 'no-model':
      return await client.chat.completions.create({ model: 'gpt-9', messages: await messages('Is it real?') });
    case 'no-picture':
      return await client.chat.completions.create({ model: 'alpha', messages: [{ role: 'user', content: 'Hello?' }] });
    case 'broken-stream': {
      for await (const piece of await client.chat.completions.create({ model: 'alpha', stream: true, messages: await messages('Is it real?') })) { void piece; }
      return {};
    }
    default:
      throw new Error(`unknown task ${task}`);
  }
}

try {
  console.log(JSON.stringify(await run()));
} catch (error) {
  console.log(JSON.stringify({ failed: error.constructor.name, status: error.status, message: error.message, code: error.code }));
}
