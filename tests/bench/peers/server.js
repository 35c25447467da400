// PouchDB's own server, on loopback, with its default storage (LevelDB) in a folder. Prints its port.
"use strict";
const express = require("express");
const PouchDB = require("pouchdb");

const folder = process.argv[2];
const Kept = PouchDB.defaults({ prefix: folder + "/" });
const app = express();
app.use("/", require("express-pouchdb")(Kept, {
  mode: "minimumForPouchDB", inMemoryConfig: true, logPath: folder + "/log.txt",
}));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume(); // ends with whoever started it
