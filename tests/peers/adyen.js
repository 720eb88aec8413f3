// A card terminal's client that we did not write, against the terminal on port 8443 of 127.0.0.1.
// node adyen.js POIID < JSON array of {category, serviceId, body}; prints the answers, as the
// client's own (de)serialisers read them. An answer that got lost is {"lost": "..."}.
"use strict";
const { Client, Config, EnvironmentEnum } = require("@adyen/api-library");
const Local = require("@adyen/api-library/lib/src/services/terminalLocalAPIUnencrypted").default;
const poiId = process.argv[2];
const config = new Config({
  apiKey: "none",
  environment: EnvironmentEnum.TEST,
  terminalApiLocalEndpoint: "https://127.0.0.1",
});
const api = new Local(new Client(config));

function message(one) {
  const header = {
    ProtocolVersion: "3.0",
    MessageClass: "Service",
    MessageCategory: one.category,
    MessageType: "Request",
    SaleID: "PEER",
    ServiceID: one.serviceId,
    POIID: poiId,
  };
  const request = { MessageHeader: header, [`${one.category}Request`]: one.body };
  return { SaleToPOIRequest: request };
}

async function main() {
  const answers = [];
  for (const one of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
    try {
      const answer = await api.request(message(one));
      answers.push(answer.SaleToPOIResponse || {});
    } catch (trouble) {
      answers.push({ lost: String(trouble.message) });
    }
  }
  console.log(JSON.stringify(answers));
}
main();
