// An OPC UA server of another maker's library (node-opcua) for the tests of the driver.
//
//   node opcua_server.js '{"port": 4840, "folder": "/tmp/x", "bulk": 1000, "every": 100, "clock": 3600}'
//
// Prints one line of JSON when it listens. Takes one command in JSON a line on standard input, answers each with a line:
//   {"set": "Number", "value": 1.5}    a node measures this now; "status": "BadSensorFailure" and "at": milliseconds
//   {"get": "Level"}                   what a node holds
//   {"retype": "Free", "type": "String", "value": "x"}    the node without a fixed type is of another type from now on
//   {"burst": 10}                      all bulk nodes change so many times, as fast as the server can
// What the library prints goes to standard error: nobody empties the pipe of standard output, and a full one stops us.
console.log = console.info = console.warn = console.error;
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const clock = JSON.parse(process.argv[2] || "{}").clock;
if (clock) {  // this machine's clock is wrong by so many seconds
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given) { super(...(given.length ? given : [Right.now() + clock * 1000])); }
    static now() { return Right.now() + clock * 1000; }
  };
}
const { OPCUAServer } = require("node-opcua-server");
const { DataType, Variant, VariantArrayType } = require("node-opcua-variant");
const { DataValue } = require("node-opcua-data-value");
const { StatusCodes } = require("node-opcua-status-code");
const { AccessRestrictionsFlag, coerceLocalizedText } = require("node-opcua-data-model");
const { OPCUACertificateManager } = require("node-opcua-certificate-manager");
const { MessageSecurityMode, SecurityPolicy } = require("node-opcua-secure-channel");
const { standardUnits } = require("node-opcua-data-access");
const { coerceNodeId } = require("node-opcua-nodeid");
const path = require("node:path");
const readline = require("node:readline");

const options = { port: 0, folder: ".", bulk: 0, every: 0, skew: 0, ...JSON.parse(process.argv[2] || "{}") };
const DAY = 24 * 3600 * 1000;

const SCALARS = {
  Boolean: true, SByte: -8, Byte: 8, Int16: -16000, UInt16: 16000, Int32: -2000000000, UInt32: 4000000000,
  Int64: [0x7fffffff, 0xffffffff], UInt64: [0xffffffff, 0xffffffff], Float: 1.5, Double: 2.5, String: "하나",
  DateTime: new Date(Date.UTC(2026, 0, 31, 9)), Guid: "00112233-4455-6677-8899-AABBCCDDEEFF",
  ByteString: Buffer.from([1, 2, 3]), NodeId: coerceNodeId("ns=1;s=Number"), StatusCode: StatusCodes.BadSensorFailure,
  LocalizedText: coerceLocalizedText("hello"), QualifiedName: { namespaceIndex: 1, name: "name" }, XmlElement: "<a/>",
};

async function main() {
  const certificates = new OPCUACertificateManager({
    rootFolder: path.join(options.folder, "pki"), automaticallyAcceptUnknownCertificate: options.accept !== false,
  });
  const users = new OPCUACertificateManager({
    rootFolder: path.join(options.folder, "users"), automaticallyAcceptUnknownCertificate: true,
  });
  await certificates.initialize();
  await users.initialize();
  const own = {};
  if (options.validity) {
    own.certificateFile = path.join(options.folder, "server.pem");
    own.privateKeyFile = certificates.privateKey;
    await certificates.createSelfSignedCertificate({
      applicationUri: "urn:hanmaru:peer", dns: ["localhost"], outputFile: own.certificateFile, subject: "/CN=Peer",
      startDate: new Date(Date.now() + options.validity[0] * DAY), validity: options.validity[1] - options.validity[0],
    });
  }
  const server = new OPCUAServer({
    port: options.port, hostname: "localhost", resourcePath: "/peer", ...own,
    serverInfo: { applicationUri: "urn:hanmaru:peer" },
    serverCertificateManager: certificates, userCertificateManager: users,
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    allowAnonymous: options.anonymous !== false,
    userManager: { isValidUser: (name, password) => name === "operator" && password === "secret" },
    serverCapabilities: { operationLimits: { maxMonitoredItemsPerCall: 400, maxNodesPerRead: 300, ...options.limits },
      minSupportedSampleRate: 0, maxSessions: 20, maxMonitoredItems: 100000, maxMonitoredItemsPerSubscription: 100000 },
  });
  await server.initialize();
  const nodes = build(server);
  await server.start();
  answer(nodes);
  say({ url: `opc.tcp://localhost:${server.endpoints[0].port}/peer`, port: server.endpoints[0].port });
  process.on("SIGTERM", () => server.shutdown(0).then(() => process.exit(0)));
}

function build(server) {
  const space = server.engine.addressSpace;
  const own = space.getOwnNamespace();
  const plant = own.addFolder(space.rootFolder.objects, { browseName: "Plant", nodeId: "s=Plant" });
  const nodes = {};
  const add = (name, dataType, value, more = {}) => {
    nodes[name] = own.addVariable({
      componentOf: more.in || plant, browseName: name, nodeId: `s=${name}`, dataType, minimumSamplingInterval: 10, ...more,
    });
    nodes[name].setValueFromSource(value);
    return nodes[name];
  };
  add("Number", "Double", { dataType: DataType.Double, value: 1.5 }, { description: "A number that changes" });
  add("Level", "Double", { dataType: DataType.Double, value: 10 });
  add("Small", "Float", { dataType: DataType.Float, value: 0.5 });
  add("Free", "BaseDataType", { dataType: DataType.Float, value: 0.5 });
  add("Fixed", "Double", { dataType: DataType.Double, value: 7 }, { accessLevel: "CurrentRead", userAccessLevel: "CurrentRead" });
  nodes.Measured = own.addAnalogDataItem({
    componentOf: plant, browseName: "Measured", nodeId: "s=Measured", dataType: "Double",
    engineeringUnitsRange: { low: -50, high: 300 }, engineeringUnits: standardUnits.degree_celsius,
    value: { dataType: DataType.Double, value: 21.5 },
  });
  const types = own.addFolder(plant, { browseName: "Types", nodeId: "s=Types" });
  for (const [name, value] of Object.entries(SCALARS)) {
    add(`Type${name}`, name, { dataType: DataType[name], arrayType: VariantArrayType.Scalar, value }, { in: types });
  }
  for (const [name, list] of [["Double", [1.5, NaN, Infinity]], ["Int32", [1, -2]], ["String", ["a", "b"]]]) {
    add(`Array${name}`, name, { dataType: DataType[name], arrayType: VariantArrayType.Array, value: list }, { in: types, valueRank: 1 });
  }
  add("Structure", "Argument", {
    dataType: DataType.ExtensionObject,
    value: space.constructExtensionObject(space.findDataType("Argument"), { name: "speed", valueRank: -1 }),
  }, { in: types });
  const method = own.addMethod(plant, {
    browseName: "Add", nodeId: "s=Add",
    inputArguments: [{ name: "a", dataType: DataType.Double }, { name: "b", dataType: DataType.Int32 }],
    outputArguments: [{ name: "sum", dataType: DataType.Double }],
  });
  method.bindMethod((inputs, _context, done) => done(null, {
    statusCode: inputs[1].value < 0 ? StatusCodes.BadOutOfRange : StatusCodes.Good,
    outputArguments: [{ dataType: DataType.Double, value: inputs[0].value + inputs[1].value }],
  }));
  bulk(own, plant, nodes);
  return nodes;
}

function bulk(own, plant, nodes) {
  const folder = own.addFolder(plant, { browseName: "Bulk", nodeId: "s=Bulk" });
  nodes.bulk = [];
  for (let number = 0; number < options.bulk; number += 1) {
    const node = own.addVariable({
      componentOf: folder, browseName: `Bulk${number}`, nodeId: `s=Bulk${number}`, dataType: "Double", minimumSamplingInterval: 0,
    });
    node.setValueFromSource({ dataType: DataType.Double, value: 0 });
    nodes.bulk.push(node);
  }
  let round = 0;
  nodes.step = () => {
    round += 1;
    for (const node of nodes.bulk) node.setValueFromSource({ dataType: DataType.Double, value: round });
    return round;
  };
  if (options.every) setInterval(nodes.step, options.every);
}

function answer(nodes) {
  readline.createInterface({ input: process.stdin }).on("line", async (line) => {
    const asked = JSON.parse(line);
    let said = {};
    if (asked.get) said = { value: nodes[asked.get].readValue().value.value };
    if (asked.set) {
      const node = nodes[asked.set];
      const { dataType, arrayType } = node.readValue().value;
      const value = asked.repeat ? asked.repeat[0].repeat(asked.repeat[1]) : number(asked.value);
      const status = StatusCodes[asked.status || "Good"];
      const at = asked.at === undefined ? new Date(Date.now() + options.skew * 1000) : new Date(asked.at);
      node.setValueFromSource({ dataType, arrayType, value }, status, at);
    }
    if (asked.retype) {
      nodes[asked.retype].setValueFromSource({ dataType: DataType[asked.type], value: asked.value });
    }
    if (asked.burst) {
      for (let time = 0; time < asked.burst; time += 1) {
        said = { round: nodes.step() };
        await new Promise((resolve) => setTimeout(resolve, asked.pause || 12));
      }
    }
    say(said);
  });
  process.stdin.on("end", () => process.exit(0));
}

function number(value) {
  return { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity }[value] ?? value;
}

main().catch((error) => { console.error(error); process.exit(1); });
