// A Modbus server of another maker's library (modbus-serial) for the tests of the driver: all units on one port.
//
//   node modbus_server.js '{"port": 5020}'
//
// Every unit has coils, discrete inputs, input and holding registers 0 to 999; what lies beyond does not exist.
// Prints one line of JSON when it listens. Takes one command in JSON a line on standard input, answers each with a line:
//   {"unit": 1, "table": "holding", "address": 0, "cells": [1, 2]}    these registers hold this now
//   {"unit": 1, "table": "holding", "get": 0, "count": 2}             what they hold
//   {"unit": 1, "fail": 4, "at": 10}     reading this holding register fails with an exception; "fail": 0 ends it
// What the library prints goes to standard error: nobody empties the pipe of standard output, and a full one stops us.
console.log = console.info = console.warn = console.error;
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const { ServerTCP } = require("modbus-serial");
const readline = require("node:readline");

const options = { port: 5020, missing: [], ...JSON.parse(process.argv[2] || "{}") };
const units = new Map();
const failing = new Map();

function table(unit, name) {
  if (!units.has(unit)) {
    units.set(unit, Object.fromEntries(["coil", "discrete", "input", "holding"].map((one) => [one, new Uint16Array(1000)])));
  }
  return units.get(unit)[name];
}

function refuse(code) {
  const error = new Error(`exception ${code}`);
  error.modbusErrorCode = code;
  throw error;
}

function read(name) {
  return (address, unit) => {
    const code = failing.get(`${unit} ${name} ${address}`);
    if (code) refuse(code);
    if (address >= 1000 || options.missing.includes(address)) refuse(2);
    return name === "coil" || name === "discrete" ? Boolean(table(unit, name)[address]) : table(unit, name)[address];
  };
}

function write(name) {
  return (address, value, unit) => {
    if (address >= 1000) refuse(2);
    if (address === 999) refuse(3);
    table(unit, name)[address] = Number(value);
  };
}

const server = new ServerTCP({
  getCoil: read("coil"), getDiscreteInput: read("discrete"), getInputRegister: read("input"),
  getHoldingRegister: read("holding"), setCoil: write("coil"), setRegister: write("holding"),
}, { host: "127.0.0.1", port: options.port, unitID: 255 });
server.on("initialized", () => say({ port: options.port }));
server.on("socketError", () => {});
server.on("serverError", (error) => { console.error(error); process.exit(1); });

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line);
  let said = {};
  if (command.cells) table(command.unit, command.table).set(command.cells, command.address);
  if (command.get !== undefined) {
    said = { cells: [...table(command.unit, command.table).slice(command.get, command.get + (command.count || 1))] };
  }
  if (command.fail !== undefined) failing.set(`${command.unit} ${command.table || "holding"} ${command.at}`, command.fail);
  say(said);
}).on("close", () => process.exit(0));
