#!/usr/bin/env python3
"""Writes goldens.tsv: payloads made by the reference library of each format, and how they must be read.

    pip install msgpack cbor2 protobuf brotli zstandard
    npm install --prefix DIR socket.io-parser @stomp/stompjs mqtt-packet
    NODE_PATH=DIR/node_modules node tests/payload/make_goldens.cjs > DIR/javascript.tsv
    tests/payload/make_goldens.py DIR/javascript.tsv > tests/payload/goldens.tsv

A row: the type of the message, its bytes as hex digits, the name, the title, the body.
"""

import base64
import datetime
import gzip
import json
import struct
import sys
import zlib

import brotli
import cbor2
import msgpack
import zstandard
from google.protobuf import struct_pb2, timestamp_pb2
from google.protobuf.any_pb2 import Any


def row(kind, payload, name, title, body):
    print(kind, payload.hex(), name, title, body.replace("\n", "\\n"), sep="\t")


ticker = {"symbol": "BTC", "price": 67123.5, "ids": [1, -1, 2**64 - 1, -(2**63)], "on": True, "no": None}
TICKER = (
    '{"symbol": "BTC", "price": 67123.5, "ids": [1, -1, 18446744073709551615, -9223372036854775808], '
    '"on": true, "no": null}'
)
text = json.dumps(ticker, separators=(",", ":")).encode()
TEXT = text.decode()

row("binary", msgpack.packb(ticker), "msgpack", "MessagePack", TICKER)
row(
    "binary",
    msgpack.packb({"at": msgpack.Timestamp(1514862245, 123456789), "raw": b"\x01\xff", "ext": msgpack.ExtType(5, b"ab")}),
    "msgpack",
    "MessagePack",
    '{"at": {"timestamp": "2018-01-02T03:04:05.123456789Z"}, "raw": "h\'01ff\'", "ext": {"ext 5": "h\'6162\'"}}',
)
row("binary", msgpack.packb({1: "one", 2.5: "half"}), "msgpack", "MessagePack", '{"1": "one", "2.5": "half"}')
row("binary", msgpack.packb({"f": 0.1}, use_single_float=True), "msgpack", "MessagePack", '{"f": 0.1}')
row("binary", cbor2.dumps(ticker), "cbor", "CBOR", TICKER)
row(
    "binary",
    cbor2.dumps({"big": 2**70, "less": -(2**70), "no": cbor2.undefined, "raw": b"\x01\xff", "nan": float("nan")}),
    "cbor",
    "CBOR",
    '{"big": 1180591620717411303424, "less": -1180591620717411303424, "no": "undefined", "raw": "h\'01ff\'", "nan": "NaN"}',
)
row(
    "binary",
    cbor2.dumps({"at": datetime.datetime(2018, 1, 2, tzinfo=datetime.timezone.utc)}),
    "cbor",
    "CBOR",
    '{"at": {"tag 0": "2018-01-02T00:00:00Z"}}',
)
row("binary", cbor2.dumps({"half": 1.5}, canonical=True), "cbor", "CBOR", '{"half": 1.5}')

structure = struct_pb2.Struct()
structure.update({"symbol": "BTC", "price": 67123.5})
packed = Any(type_url="type.googleapis.com/google.protobuf.Timestamp")
packed.value = timestamp_pb2.Timestamp(seconds=1514862245, nanos=5).SerializeToString()
row(
    "binary",
    packed.SerializeToString(deterministic=True),
    "proto",
    "Protobuf",
    '[{"1": "type.googleapis.com/google.protobuf.Timestamp"}, {"2": [{"1": 1514862245}, {"2": 5}]}]',
)
row(
    "binary",
    structure.SerializeToString(deterministic=True),
    "proto",
    "Protobuf",
    '[{"1": [{"1": "price"}, {"2": [{"2": 67123.5}]}]}, {"1": [{"1": "symbol"}, {"2": [{"3": "BTC"}]}]}]',
)

row("binary", gzip.compress(text, mtime=0), "gzip", "gzip › JSON", TEXT)
row("binary", gzip.compress(msgpack.packb(ticker), mtime=0), "gzip", "gzip › MessagePack", TICKER)
row("binary", zlib.compress(text), "zlib", "zlib › JSON", TEXT)
raw = zlib.compressobj(wbits=-15)
row("binary", raw.compress(text) + raw.flush(), "deflate", "deflate › JSON", TEXT)
row("binary", zstandard.compress(text), "zstd", "zstd › JSON", TEXT)
row("binary", brotli.compress(text), "brotli", "brotli › JSON", TEXT)
row("text", base64.b64encode(text), "base64", "base64 › JSON", TEXT)
row("text", base64.b64encode(gzip.compress(text, mtime=0)), "base64", "base64 › gzip › JSON", TEXT)
row("text", base64.urlsafe_b64encode(b"the quick brown fox").rstrip(b"="), "base64", "base64 › text", "the quick brown fox")
row("binary", "price 12 €".encode("utf-16"), "utf-16", "UTF-16 little-endian", "price 12 €")
row("binary", '{"price": 12}'.encode("utf-16-be"), "utf-16", "UTF-16 big-endian", '{"price": 12}')
row("text", b'{"a":1}\n{"b":2}\n', "ndjson", "NDJSON 2 values", '[{"a":1},\n{"b":2}]')
png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 640, 480, 8, 2, 0, 0, 0) + b"\0\0\0\0"
row("binary", png, "png", "PNG 640 × 480, cut", png.hex())
gif = b"GIF89a" + struct.pack("<HH", 32, 16) + bytes(8)
row("binary", gif, "gif", "GIF 32 × 16, cut", gif.hex())

for line in open(sys.argv[1], encoding="utf-8"):
    print(line.rstrip("\n"))
