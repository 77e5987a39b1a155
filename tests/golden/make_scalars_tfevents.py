"""Writes scalars.tfevents, the file that vrkn/report/tensorboard_sink_test.cpp expects from TensorBoardSink, byte by byte.

It is an encoder of its own, written from the published formats (TFRecord framing; event.proto and summary.proto;
CRC-32C bit by bit), so that it shares no mistake with the one under test. Afterwards it decodes the file again.

Usage: python3 make_scalars_tfevents.py, in this folder. Made with Python 3.11.2; needs the standard library only.
"""

import struct


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def record(event):
    length = struct.pack("<Q", len(event))
    return length + masked(length) + event + masked(event)


def varint(value):
    value &= 2**64 - 1
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def message(number, content):
    return bytes([number << 3 | 2]) + varint(len(content)) + content


def event(wall_time, rest):
    return record(b"\x09" + struct.pack("<d", wall_time) + rest)


def scalars(wall_time, step, values):
    summary = b"".join(
        message(1, message(1, tag.encode()) + b"\x15" + struct.pack("<f", value)) for tag, value in values
    )
    return event(wall_time, b"\x10" + varint(step) + message(5, summary))


assert crc32c(b"123456789") == 0xE3069283
content = (
    event(1700000000.0, message(3, b"brain.Event:2"))
    + scalars(1700000000.5, 5000, [("train/loss/kl", 2.75), ("train/loss/reward", 0.1)])
    + scalars(1700000001.0, 0, [("evaluate/return", -812.5)])
    + scalars(1700000001.5, 2**40, [("evaluate/return", float("inf"))])
)
with open("scalars.tfevents", "wb") as file:
    file.write(content)

count = 0
while content:
    (length,) = struct.unpack("<Q", content[:8])
    assert content[8:12] == masked(content[:8])
    assert content[12 + length : 16 + length] == masked(content[12 : 12 + length])
    content = content[16 + length :]
    count += 1
assert count == 4
