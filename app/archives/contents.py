"""What parts that are not XML must be, by their first bytes."""

import filetype

ZIP, COMPOUND = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!", b"{\\rt"),
    *(b"Rar!", b"7z\xbc\xaf", b"PK", b"MSCF", b"ITSF", b"L\x00\x00\x00\x01\x14\x02", b"%PDF", COMPOUND),
)
"""Programs, archives and documents of every kind, where none belongs."""
_STAR_METAFILE, _EMF, _PLACEABLE_WMF, _WMF = (
    b"VCLMTF",
    b"\x01\x00\x00\x00",
    b"\xd7\xcd\xc6\x9a",
    b"\x00\x09\x00",
)


def is_picture(content: bytes) -> bool:
    """A picture of any kind that office programs show, whatever its extension claims; or nothing at all."""
    head = content[:4096]
    return (
        not head
        or filetype.image_match(head) is not None
        or head.startswith((_STAR_METAFILE, _PLACEABLE_WMF, b"GIF8", b"BM"))
        or (head.startswith(_EMF) and head[40:44] == b" EMF")
        or head[1:4] == _WMF
        or head.startswith((b"\x01\x00\x09\x00", b"\x02\x00\x09\x00"))
        or _is_packed_metafile(head)
    )


def _is_packed_metafile(head: bytes) -> bool:
    """``.emz`` and ``.wmz``: a metafile in gzip; only its beginning is unpacked."""
    if not head.startswith(b"\x1f\x8b"):
        return False
    import zlib

    try:
        start = zlib.decompressobj(31).decompress(head, 64)
    except zlib.error:
        return False
    return bool(start) and not start.startswith(b"\x1f\x8b") and is_picture(start)


def is_inert(content: bytes) -> bool:
    """Bytes that only the program which wrote them reads: no program, archive or document of its own."""
    return not content.startswith(_PROGRAMS)
