"""Clients that mean no good, or do not know better. Each attack keeps a number of connections at work until the end."""
import asyncio
import os
import socket
import struct
from collections import Counter

CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
HEADER = b"POST /v1/systemone HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
PAUSE = 0.5  # seconds between a connection's end and the next one


async def slow_header(reader, writer, ask):
    """A header that comes byte by byte and has no end."""
    writer.write(HEADER)
    while True:
        for byte in b"X-Slow: and slower\r\n":
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)


async def endless_body(reader, writer, ask):
    """A chunked body that has no end."""
    writer.write(HEADER + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(CHUNK)
        await writer.drain()


async def missing_body(reader, writer, ask):
    """A body that is declared and never comes."""
    writer.write(HEADER + b"Content-Length: 1000\r\n\r\n{")
    await writer.drain()
    await reader.read()


async def half_closed(reader, writer, ask):
    """Half a request, and an end to it."""
    writer.write(HEADER)
    await writer.drain()
    writer.write_eof()
    await reader.read()


async def garbage(reader, writer, ask):
    """Bytes that are no HTTP."""
    writer.write(os.urandom(2000))
    await writer.drain()
    await asyncio.wait_for(reader.read(), 5)


async def idle(reader, writer, ask):
    """A connection on which nothing comes."""
    await reader.read()


async def gone(reader, writer, ask):
    """A right request, from a client that goes away at once."""
    path, body = ask
    writer.write(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
    # The connection is reset, as by a process that is killed.
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


ATTACKS = {slow_header: 50, endless_body: 8, missing_body: 50, half_closed: 50, garbage: 10, idle: 1000, gone: 10}


async def keep(attack, port, ask, counts):
    """Attacks on one connection after another."""
    name = attack.__doc__.rstrip(".")
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            counts[name, "refused"] += 1
            await asyncio.sleep(PAUSE)
            continue
        counts[name, "opened"] += 1
        try:
            await attack(reader, writer, ask)
        except (OSError, asyncio.TimeoutError):
            pass
        counts[name, "closed"] += 1
        writer.close()
        await asyncio.sleep(PAUSE)


async def attack_all(port, ask, seconds):
    """Returns how many connections each attack had: {(what it does, "opened", "closed" or "refused"): number}."""
    counts = Counter()
    tasks = [asyncio.create_task(keep(attack, port, ask, counts)) for attack, n in ATTACKS.items() for _ in range(n)]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return counts
