// An edge node of another maker's library (sparkplug-client, Eclipse Tahu) with one device, for the tests of the driver.
//
//   node sparkplug_node.js '{"url": "mqtt://127.0.0.1:1883", "metrics": [{"name": "t", "type": "Double", "value": 1}]}'
//
// Prints one line of JSON when it is connected. Answers rebirth requests, sets what a DCMD tells it to, and takes one
// command in JSON a line on standard input, answering each with a line that counts births and commands:
//   {"data": [{"name": "t", "type": "Double", "value": 2}], "compress": true}   tell this of the device
//   {"death": true}      the device is gone
//   {"stop": true}       leave, with a death
const { newClient } = require("sparkplug-client");
const readline = require("node:readline");

const options = { metrics: [], ...JSON.parse(process.argv[2]) };
const counts = { births: 0, commands: 0 };
const client = newClient({
  serverUrl: options.url,
  username: "tahu", // the library wants one, and NATS none that is empty
  password: "tahu",
  groupId: "peers",
  edgeNode: "tahu",
  clientId: "tahu-node",
  version: "spBv1.0",
  publishDeath: true,
  keepalive: 5,
});

function birth() {
  counts.births += 1;
  const timestamp = Date.now();
  const rebirth = { name: "Node Control/Rebirth", type: "Boolean", value: false };
  client.publishNodeBirth({ timestamp, metrics: [rebirth] });
  client.publishDeviceBirth("device", { timestamp, metrics: options.metrics });
}

client.on("birth", () => {
  birth();
  console.log(JSON.stringify({ ready: true }));
});
client.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
client.on("ncmd", (payload) => {
  if (payload.metrics.some((metric) => metric.name === "Node Control/Rebirth" && metric.value)) birth();
});
client.on("dcmd", (device, payload) => {
  counts.commands += 1;
  const metrics = payload.metrics.map(({ name, type, value }) => ({ name, type, value }));
  for (const told of metrics) options.metrics.find((metric) => metric.name === told.name).value = told.value;
  client.publishDeviceData(device, { timestamp: Date.now(), metrics });
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  if (asked.data) {
    const payload = { timestamp: Date.now(), metrics: asked.data };
    client.publishDeviceData("device", payload, { compress: asked.compress === true });
  }
  if (asked.death) client.publishDeviceDeath("device", { timestamp: Date.now() });
  if (asked.stop) client.stop();
  console.log(JSON.stringify(counts));
});
