// How fluid is the mask editor on a large picture? Opens page.html in Chromium and prints, for each thing that people do, how long drawing
// a frame took and how long one frame was after the other.
//   node bench/editor-frames/run.mjs [pixels a side, 4096]
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';

const here = import.meta.dirname;
const side = process.argv[2] ?? '4096';
const types = { html: 'text/html', js: 'text/javascript' };
const profile = mkdtempSync(join(tmpdir(), 'editor-frames-'));
let browser;

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    let text = '';
    request.on('data', (part) => { text += part; });
    request.on('end', () => {
      console.table(JSON.parse(text));
      response.end();
      browser.kill();
    });
    return;
  }
  const path = normalize(new URL(request.url, 'http://bench').pathname);
  const file = path === '/' ? join(here, 'page.html') : join(here, '../../wwwroot', path);
  response.setHeader('Content-Type', types[file.split('.').at(-1)] ?? 'text/plain');
  response.end(readFileSync(file));
});
server.listen(0, '127.0.0.1', () => {
  browser = spawn('chromium', ['--headless', '--no-sandbox', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, '--window-size=1920,1080',
    `http://127.0.0.1:${server.address().port}/?side=${side}`], { stdio: 'ignore' });
  browser.on('exit', () => {
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });
});
