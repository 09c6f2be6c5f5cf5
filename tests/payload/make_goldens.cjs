// Writes the rows of make_goldens.py whose reference libraries are in JavaScript.
const { Encoder, PacketType } = require("socket.io-parser");
const { FrameImpl } = require("@stomp/stompjs");
const mqtt = require("mqtt-packet");
const { MessagePackHubProtocol } = require("@microsoft/signalr-protocol-msgpack");

const row = (kind, payload, name, title, body) =>
  console.log([kind, Buffer.from(payload).toString("hex"), name, title, body].join("\t"));

const sio = (packet) => "4" + new Encoder().encode(packet)[0];
row("text", sio({ type: PacketType.EVENT, nsp: "/", data: ["price", { a: 1 }] }), "sio", "Socket.IO event", '["price",{"a":1}]');
row("text", sio({ type: PacketType.EVENT, nsp: "/admin", id: 12, data: ["x"] }), "sio",
  "Socket.IO event, namespace /admin, ack 12", '["x"]');
row("text", sio({ type: PacketType.ACK, nsp: "/", id: 3, data: [] }), "sio", "Socket.IO ack, ack 3", "[]");
row("text", sio({ type: PacketType.CONNECT, nsp: "/admin", data: { sid: "abc" } }), "sio",
  "Socket.IO connect, namespace /admin", '{"sid":"abc"}');
row("text", sio({ type: PacketType.EVENT, nsp: "/", data: ["x", Buffer.from([1])] }), "sio",
  "Socket.IO binary event, 1 attached", '["x",{"_placeholder":true,"num":0}]');

const stomp = (command, headers, body) => FrameImpl.marshall({ command, headers, body, skipContentLengthHeader: true });
row("text", stomp("MESSAGE", { destination: "/queue/a", subscription: "0" }, '{"a":1}'), "stomp",
  "STOMP MESSAGE /queue/a › JSON",
  '{"command": "MESSAGE", "headers": {"destination": "/queue/a", "subscription": "0"}, "body": {"a":1}}');
row("text", stomp("CONNECTED", { version: "1.2" }, ""), "stomp", "STOMP CONNECTED",
  '{"command": "CONNECTED", "headers": {"version": "1.2"}}');

row("binary", mqtt.generate({ cmd: "publish", topic: "a/b", payload: '{"a":1}', qos: 1, messageId: 7 }), "mqtt",
  "MQTT PUBLISH a/b, QoS 1 › JSON", '{"packet": "PUBLISH", "topic": "a/b", "id": 7, "body": {"a":1}}');
row("binary", mqtt.generate({ cmd: "subscribe", messageId: 7, subscriptions: [{ topic: "a/#", qos: 0 }] }), "mqtt",
  "MQTT SUBSCRIBE a/#, QoS 0, id 7", '{"packet": "SUBSCRIBE", "id": 7, "topics": {"a/#": {"qos": 0}}}');
row("binary", mqtt.generate({ cmd: "connect", clientId: "me", protocolId: "MQTT", protocolVersion: 4, keepalive: 60, clean: true }),
  "mqtt", "MQTT CONNECT, level 4, client me",
  '{"packet": "CONNECT", "level": 4, "keep_alive": 60, "clean": true, "client": "me"}');

row("text", '{"type":1,"target":"Send","arguments":[1],"invocationId":"3"}\u001e', "signalr",
  'SignalR invocation "Send", id 3', '{"type":1,"target":"Send","arguments":[1],"invocationId":"3"}');
row("text", '{}\u001e', "signalr", "SignalR handshake", "{}");
const binary = new MessagePackHubProtocol();
const record = (message) => Buffer.from(binary.writeMessage(message));
const call = { type: 1, target: "Send", arguments: ["a", 1.5], headers: {}, invocationId: "3", streamIds: [] };
row("binary", record(call), "signalr", 'SignalR invocation "Send", id 3', '[1, {}, "3", "Send", ["a", 1.5], []]');
row("binary", record({ type: 6 }), "signalr", "SignalR ping", "[6]");
row("binary", record({ type: 2, headers: {}, invocationId: "3", item: { price: 7 } }), "signalr",
  "SignalR stream item, id 3", '[2, {}, "3", {"price": 7}]');
row("binary", Buffer.concat([record({ type: 3, headers: {}, invocationId: "3", result: 42 }), record({ type: 6 })]),
  "signalr", "SignalR completion, id 3, 2 records", '[[3, {}, "3", 3, 42],\\n[6]]');
row("text", '["1","2","room:a","phx_reply",{"status":"ok"}]', "phoenix", "Phoenix phx_reply, topic room:a, ref 2",
  '["1","2","room:a","phx_reply",{"status":"ok"}]');
row("text", '{"type":"ping","message":1700000000}', "cable", "Action Cable ping", '{"type":"ping","message":1700000000}');
row("text", '{"identifier":"{\\"channel\\":\\"Chat\\"}","message":{"a":1}}', "cable", "Action Cable message, channel Chat",
  '{"identifier":"{\\"channel\\":\\"Chat\\"}","message":{"a":1}}');
row("text", '{"id":"1","type":"next","payload":{"data":{"a":1}}}', "graphql", "GraphQL next, id 1",
  '{"id":"1","type":"next","payload":{"data":{"a":1}}}');
row("text", '[36,5512315355,4429313566,{},[],{"a":1}]', "wamp", "WAMP EVENT, id 5512315355",
  '[36,5512315355,4429313566,{},[],{"a":1}]');
row("text", '[32,713845233,{},"com.example.topic"]', "wamp", "WAMP SUBSCRIBE com.example.topic, id 713845233",
  '[32,713845233,{},"com.example.topic"]');
