// An ESC/POS generator that we did not write: markdown on standard input, bytes as hex out.
"use strict";
const receiptline = require("receiptline");
const text = require("fs").readFileSync(0, "utf8");
const options = JSON.parse(process.argv[2]);
process.stdout.write(Buffer.from(receiptline.transform(text, options), "latin1").toString("hex"));
