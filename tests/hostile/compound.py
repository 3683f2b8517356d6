"""A writer of small OLE compound files: storages, streams and their classes, as Word 97 and OLE objects have them."""

import struct
import uuid

SECTOR, LEAST = 512, 4096
END, FREE, NONE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[str, bytes], classes: dict[str, str] | None = None) -> bytes:
    """``streams``: path ("ObjectPool/_1/\x01Ole10Native") → content; ``classes``: storage ("" is the root) → CLSID."""
    classes = classes or {}
    storages = {""} | {path.rpartition("/")[0] for path in streams} | set(classes)
    storages |= {path.rpartition("/")[0] for path in storages}
    paths = ["", *sorted(storages - {""}), *streams]
    places = {path: number for number, path in enumerate(paths)}
    sectors, table, starts = [], [], {}
    for path, content in streams.items():
        padded = content.ljust(LEAST, b"\0")
        padded += bytes(-len(padded) % SECTOR)
        starts[path] = len(sectors), max(len(content), LEAST)
        _chain(sectors, table, padded)
    directory = b"".join(_entry(path, paths, places, starts, classes) for path in paths)
    directory += bytes(-len(directory) % SECTOR)
    first = len(sectors)
    _chain(sectors, table, directory)
    tables = 1
    while (len(sectors) + tables) * 4 > tables * SECTOR:
        tables += 1
    fat_starts = range(len(sectors), len(sectors) + tables)
    table += [FAT] * tables
    table += [FREE] * (tables * SECTOR // 4 - len(table))
    packed = struct.pack(f"<{len(table)}I", *table)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, tables, first, 0, LEAST, END, 0, END, 0, fat_starts[0])
    header += struct.pack("<108I", *[*fat_starts[1:], *[FREE] * (109 - tables)])
    return header + b"".join(sectors) + packed


def _chain(sectors: list[bytes], table: list[int], content: bytes) -> None:
    count = len(content) // SECTOR
    for number in range(count):
        sectors.append(content[number * SECTOR : (number + 1) * SECTOR])
        table.append(len(table) + 1 if number < count - 1 else END)


def _entry(path: str, paths: list[str], places: dict, starts: dict, classes: dict) -> bytes:
    """The children of a storage hang to the right of each other."""
    name = (path.rpartition("/")[2] if path else "Root Entry").encode("utf-16-le") + b"\0\0"
    parent = path.rpartition("/")[0]
    brothers = [other for other in paths if other and other.rpartition("/")[0] == parent]
    after = brothers[brothers.index(path) + 1 :] if path else []
    children = [other for other in paths if other and other.rpartition("/")[0] == path]
    kind = 5 if not path else 2 if path in starts else 1
    start, size = starts.get(path, (END if not path else 0, 0))
    identity = uuid.UUID(classes[path]).bytes_le if path in classes else bytes(16)
    head = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), kind, 1)
    below = places[children[0]] if children and kind != 2 else NONE
    links = struct.pack("<III", NONE, places[after[0]] if after else NONE, below)
    return head + links + identity + bytes(20) + struct.pack("<IQ", start, size)
