// A print client that we did not write, against a printer on 127.0.0.1.
// node receiptio.js PORT OPTIONS < receipt in markdown; prints the client's word for the outcome.
"use strict";
const net = require("net");
const port = Number(process.argv[2]);
const connect = net.connect;
// The client always goes to port 9100; the simulator listens where there is room.
net.connect = (_, host) => connect.call(net, port, host);
const receiptio = require("receiptio");
const text = require("fs").readFileSync(0, "utf8");
receiptio.print(text, `-d 127.0.0.1 ${process.argv[3]}`).then((word) => console.log(word));
