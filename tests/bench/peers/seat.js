// A seat on PouchDB. Reads one order a line, answers one line of JSON each:
//   {"do": "write", "name": .., "file": ..}           takes the documents of a file, one JSON a line
//   {"do": "push"|"pull", "name": .., "url": .., "batch": ..}   replicates; answers ms and the documents counted
// A batch of 0 is PouchDB's default (100).
"use strict";
const fs = require("fs");
const readline = require("readline");
const PouchDB = require("pouchdb");

const Kept = PouchDB.defaults({ prefix: process.argv[2] + "/" });

async function write({ name, file }) {
  const docs = fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const kept = new Kept(name);
  for (let first = 0; first < docs.length; first += 500) {
    await kept.bulkDocs(docs.slice(first, first + 500));
  }
  await kept.close();
  return { docs: docs.length };
}

async function replicate(way, { name, url, batch }) {
  const kept = new Kept(name);
  const told = batch ? { batch_size: batch } : {};
  const start = process.hrtime.bigint();
  const done = await kept.replicate[way](url, told);
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  const docs = way === "to" ? done.docs_written : (await kept.info()).doc_count;
  await kept.close();
  return { ms, docs, ok: done.ok && done.doc_write_failures === 0 };
}

const work = { write, push: (told) => replicate("to", told), pull: (told) => replicate("from", told) };

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const told = JSON.parse(line);
    let answer;
    try {
      answer = await work[told.do](told);
    } catch (problem) {
      answer = { ok: false, problem: String(problem) };
    }
    console.log(JSON.stringify(answer));
  }
})();
