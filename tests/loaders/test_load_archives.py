from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tercet.errors import DamagedFile, EncryptedFile, LoadError, NoText
from tercet.loaders.registry import load_all
from tercet.loaders.spool import Limits

Write = Callable[[str, bytes | str], Path]
Files = dict[str, bytes]
GB = 1 << 30


def members(path: Path, limits: Limits | None = None) -> Files:
    folder = path.parent / "spool"
    loaded = load_all(path, path.name, folder, limits)
    assert loaded.document is None
    assert all(folder in member.path.parents for member in loaded.members)
    return {member.name: member.path.read_bytes() for member in loaded.members}


def zipped(files: Files, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: Files, format: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def special(kind: bytes, name: str, target: str = "") -> bytes:
    """One header of a tar member that is no file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info.tobuf()


def deflated_zeros(size: int, window: int = -15, begin: bytes = b"") -> bytes:
    """`size` zeros after `begin`, deflated: one packed piece over and over."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    begin = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    return begin + piece * (size >> 24) + packer.flush()


def noise(size: int) -> bytes:
    """Bytes that cannot be packed."""
    return random.Random(size).randbytes(size)


def raw_zip(entries: list[tuple[str, int, int, int, int]], body: bytes) -> bytes:
    """A zip of `body` and a directory of (name, offset, packed size, size, checksum)."""
    directory = b"".join(
        struct.pack(
            "<IHHHHHHIIIHHHHHII",
            0x02014B50, 20, 20, 0, 8, 0, 33, crc, packed, size, len(name), 0, 0, 0, 0, 0, at,
        )
        + name.encode()
        for name, at, packed, size, crc in entries
    )  # fmt: skip
    count = len(entries)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def local(name: str, packed: int, size: int, crc: int) -> bytes:
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, crc, packed, size, len(name), 0)
    return head + name.encode()


def flagged(content: bytes, bit: int) -> bytes:
    """The zip with a flag set in all its headers."""
    data = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + at] |= bit
            start = data.find(mark, start + 1)
    return bytes(data)


@pytest.mark.parametrize(
    "kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_zip_gives_its_files_by_name(write: Write, kind: int) -> None:
    path = write(
        "a.zip", zipped({"b.txt": b"bee", "x/": b"", "a/c.md": b"# see", "a.txt": b"a"}, kind)
    )
    assert list(members(path).items()) == [("a.txt", b"a"), ("a/c.md", b"# see"), ("b.txt", b"bee")]


def test_what_systems_leave_behind_is_left_out_of_a_zip(write: Write) -> None:
    files = {"__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "a/.git/config": b"x", "a/b.txt": b"b"}
    assert members(write("a.zip", zipped(files))) == {"a/b.txt": b"b"}


def test_an_archive_within_is_a_member_as_it_is(write: Write) -> None:
    inner = zipped({"deep.zip": zipped({"a.txt": b"a"})})
    assert members(write("a.zip", zipped({"in.zip": inner}))) == {"in.zip": inner}


@pytest.mark.parametrize("content", [zipped({}), zipped({"folder/": b""}), zipped({".x": b"1"})])
def test_a_zip_without_files_holds_no_text(write: Write, content: bytes) -> None:
    with pytest.raises(NoText):
        members(write("a.zip", content))


def test_names_in_a_zip(write: Write) -> None:
    files = {
        "../../up.txt": b"1",
        "/root.txt": b"2",
        "C:\\win\\a.txt": b"3",
        "sub\\b.txt": b"4",
        "n" * 500 + ".txt": b"5",
        "ünï.txt": b"6",
    }
    found = members(write("a.zip", zipped(files)))
    assert found == {
        "up.txt": b"1",
        "root.txt": b"2",
        "win/a.txt": b"3",
        "sub/b.txt": b"4",
        "n" * 500 + ".txt": b"5",
        "ünï.txt": b"6",
    }


@pytest.mark.parametrize(
    ("raw", "name"), [("é.txt".encode(), "é.txt"), ("é.txt".encode("cp437"), "é.txt")]
)
def test_names_in_a_zip_that_says_no_encoding(write: Write, raw: bytes, name: str) -> None:
    placeholder = "x" * (len(raw) - 4) + ".txt"
    content = zipped({placeholder: b"1"}).replace(placeholder.encode(), raw)
    assert members(write("a.zip", content)) == {name: b"1"}


def test_the_name_in_the_unicode_field_of_a_zip(write: Write) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("xx.txt")
        field = b"\x01" + bytes(4) + "Ж.txt".encode()
        times = struct.pack("<HHB", 0x5455, 1, 0)
        info.extra = times + struct.pack("<HH", 0x7075, len(field)) + field
        archive.writestr(info, b"1")
    content = buffer.getvalue().replace(b"xx.txt", b"\x86\x81.txt")
    assert members(write("a.zip", content)) == {"Ж.txt": b"1"}


def test_a_name_ends_where_a_nul_is(write: Write) -> None:
    content = zipped({"a.txt-evil": b"1"}).replace(b"a.txt-evil", b"a.txt\0evil")
    assert members(write("a.zip", content)) == {"a.txt": b"1"}


def test_equal_names_in_a_zip(write: Write) -> None:
    content = zipped({"a.txt": b"1", "b.txt": b"2"}).replace(b"b.txt", b"a.txt")
    assert members(write("a.zip", content)) == {"a.txt": b"1", "a (2).txt": b"2"}


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o060644, 0o140644])
def test_links_and_devices_in_a_zip_are_left_out(write: Write, mode: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("passwd.txt")
        link.create_system, link.external_attr = 3, mode << 16
        archive.writestr(link, b"/etc/passwd")
        archive.writestr("a.txt", b"a")
    assert members(write("a.zip", buffer.getvalue())) == {"a.txt": b"a"}


def test_an_encrypted_zip(write: Write) -> None:
    path = write("a.zip", flagged(zipped({"a.txt": b"secret", "b.txt": b"b"}), 1))
    with pytest.raises(EncryptedFile, match=r"^a\.zip is encrypted") as caught:
        members(path)
    assert "password" in caught.value.help


def test_a_zip_packed_by_an_unknown_method(write: Write) -> None:
    content = bytearray(zipped({"a.txt": b"a"}))
    for at in (8, content.find(b"PK\x01\x02") + 10):
        content[at : at + 2] = (99).to_bytes(2, "little")  # 99: AES of WinZip
    with pytest.raises(DamagedFile, match=r"^a\.zip is damaged"):
        members(write("a.zip", bytes(content)))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_truncated_zip_is_damaged(write: Write, share: float) -> None:
    content = zipped({f"{i}.txt": bytes(range(200)) for i in range(9)})
    with pytest.raises(DamagedFile, match=r"^a\.zip is damaged") as caught:
        members(write("a.zip", content[: int(len(content) * share)]))
    assert caught.value.help


def test_a_damaged_file_in_a_zip_is_kept_as_an_empty_one(write: Write) -> None:
    content = bytearray(zipped({"a.txt": b"aaaa", "b.txt": b"bbbb", "c.txt": b"cccc"}, 0))
    content[content.find(b"bbbb")] = 0
    assert members(write("a.zip", bytes(content))) == {
        "a.txt": b"aaaa",
        "b.txt": b"",
        "c.txt": b"cccc",
    }


def test_a_zip_in_which_all_files_are_damaged(write: Write) -> None:
    content = zipped({"a.txt": b"aaaa", "b.txt": b"aaaa"}, 0).replace(b"aaaa", b"aaab")
    with pytest.raises(DamagedFile, match="BadZipFile"):
        members(write("a.zip", content))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_zip_or_tar_with_wrong_bytes_gives_files_or_a_load_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    files = {"a.txt": b"a" * 90, "b/c.txt": bytes(range(256))}
    name, sound = data.draw(
        st.sampled_from(
            [
                ("a.zip", zipped(files)),
                ("a.tar", tarred(files)),
                ("a.tar.gz", gzip.compress(tarred(files), mtime=0)),
                ("a.tar.bz2", bz2.compress(tarred(files))),
                ("a.tar.xz", lzma.compress(tarred(files))),
            ]
        )
    )
    content = bytearray(sound)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("fuzz") / name
    path.write_bytes(content)
    try:
        loaded = load_all(path, name, path.parent / "spool")
    except LoadError as error:
        assert error.message.startswith(name) and error.help
    else:
        assert loaded.document or loaded.members


def test_a_zip_bomb_of_one_file(write: Write) -> None:
    packed = deflated_zeros(2 * GB)
    body = local("a.txt", len(packed), 2 * GB, 0) + packed
    path = write("a.zip", raw_zip([("a.txt", 0, len(packed), 2 * GB, 0)], body))
    assert path.stat().st_size < 3_000_000
    with pytest.raises(LoadError, match=r"^a\.zip unpacks to far more"):
        members(path)
    assert not [f for f in (path.parent / "spool").rglob("*") if f.is_file()]


def test_a_zip_bomb_that_lies_about_its_size(write: Write) -> None:
    packed = deflated_zeros(2 * GB)
    body = local("a.txt", len(packed), 10, 0) + packed
    path = write("a.zip", raw_zip([("a.txt", 0, len(packed), 10, 0)], body))
    with pytest.raises(DamagedFile):  # ten zeros are not what the checksum is of
        members(path)


def test_a_zip_bomb_of_overlapping_files(write: Write) -> None:
    """Thousands of names for the same packed bytes (as in zbsm.zip)."""
    size = 16 << 20
    packed, crc = deflated_zeros(size), zlib.crc32(bytes(size))
    body = local("a.txt", len(packed), size, crc) + packed
    entries = [("a.txt", 0, len(packed), size, crc)] * 3000
    begin = time.process_time()
    with pytest.raises(LoadError, match=r"^a\.zip "):
        members(write("a.zip", raw_zip(entries, body)))
    assert time.process_time() - begin < 20


def test_a_zip_bomb_of_many_archives_is_only_one_level_deep(write: Write) -> None:
    inner = zipped({f"{i}.txt": bytes(1 << 16) for i in range(16)})
    path = write("42.zip", zipped({f"lib {i}.zip": inner for i in range(16)}))
    assert set(members(path).values()) == {inner}


def test_too_many_files_in_a_zip(write: Write) -> None:
    path = write("a.zip", zipped({f"{i}.txt": b"" for i in range(101)}))
    with pytest.raises(LoadError, match="holds more than 100 files"):
        members(path, Limits(members=100))


PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
TARS: dict[str, Callable[[bytes], bytes]] = {
    "a.tar": bytes,
    "a.tgz": gzip.compress,
    "a.tbz2": bz2.compress,
    "a.txz": lzma.compress,
    **{f"a.tar{suffix}": pack for suffix, pack in PACKERS.items()},
}


@pytest.mark.parametrize("name", TARS)
@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_a_tar_gives_its_files_in_their_order(write: Write, name: str, format: int) -> None:
    files = {"b.txt": b"bee" * 1000, "a/c.md": b"# see", "./é.txt": b"e"}
    found = members(write(name, TARS[name](tarred(files, format))))
    assert list(found.items()) == [("b.txt", b"bee" * 1000), ("a/c.md", b"# see"), ("é.txt", b"e")]


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_packed_single_file(write: Write, suffix: str) -> None:
    pack = PACKERS[suffix]
    assert members(write(f"notes.txt{suffix}", pack(b"hello"))) == {"notes.txt": b"hello"}


def test_a_packed_file_of_two_streams(write: Write) -> None:
    path = write("a.log.gz", gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    assert members(path) == {"a.log": b"one\ntwo\n"}


def test_a_packed_file_without_a_telling_name(write: Write) -> None:
    assert members(write("download", gzip.compress(b"hello"))) == {"download": b"hello"}


def test_links_devices_and_leftovers_in_a_tar_are_left_out(write: Write) -> None:
    headers = [
        special(tarfile.SYMTYPE, "link.txt", "/etc/passwd"),
        special(tarfile.LNKTYPE, "hard.txt", "../../../etc/passwd"),
        special(tarfile.CHRTYPE, "zero"),
        special(tarfile.BLKTYPE, "sda"),
        special(tarfile.FIFOTYPE, "pipe"),
        special(tarfile.DIRTYPE, "folder"),
    ]
    files = tarred({".hidden": b"x", "__MACOSX/._a.txt": b"x", "a.txt": b"a"})
    assert members(write("a.tar", b"".join(headers) + files)) == {"a.txt": b"a"}


def test_names_in_a_tar(write: Write) -> None:
    files = {"../../up.txt": b"1", "/root.txt": b"2", "n" * 500 + ".txt": b"3", "a.txt": b"4"}
    content = tarred(files) + b""
    found = members(write("a.tar", content))
    assert found == {"up.txt": b"1", "root.txt": b"2", "n" * 500 + ".txt": b"3", "a.txt": b"4"}


def test_equal_names_in_a_tar(write: Write) -> None:
    content = tarred({"a.txt": b"1"})[:1024] + tarred({"a.txt": b"2"})
    assert members(write("a.tar", content)) == {"a.txt": b"1", "a (2).txt": b"2"}


def test_a_name_in_a_tar_that_is_no_utf_8(write: Write) -> None:
    info = tarfile.TarInfo("caf\xe9.txt")
    header = info.tobuf(tarfile.USTAR_FORMAT, "latin-1")
    assert members(write("a.tar", header + tarred({"b.txt": b"b"}))) == {
        "café.txt": b"",
        "b.txt": b"b",
    }


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_a_tar_that_breaks_off_in_a_file(write: Write, name: str) -> None:
    content = tarred({"a.txt": b"a", "b.txt": b"b" * 9000, "c.txt": b"c"})[:5000]
    assert members(write(name, TARS[name](content))) == {"a.txt": b"a", "b.txt": b""}


def test_a_packed_tar_of_which_the_end_is_missing(write: Write) -> None:
    content = gzip.compress(tarred({"a.txt": b"a", "b.bin": noise(60000), "c.txt": b"c"}))
    found = members(write("a.tar.gz", content[: len(content) // 2]))
    assert found == {"a.txt": b"a", "b.bin": b""}


def test_a_tar_that_breaks_off_between_files(write: Write) -> None:
    head = tarred({"a.txt": b"a"})[:1024]
    content = gzip.compress(
        head + special(tarfile.DIRTYPE, "d") + tarred({".skipped": noise(60000)})
    )
    found = members(write("a.tar.gz", content[: len(content) // 2]))
    assert found == {"a.txt": b"a", "the damaged rest of the archive": b""}


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("left", [12, 40, -1])
def test_a_truncated_packed_file_is_damaged(write: Write, suffix: str, left: int) -> None:
    content = PACKERS[suffix](noise(3000))
    with pytest.raises(DamagedFile, match=rf"^a\.txt\{suffix} is damaged") as caught:
        members(write(f"a.txt{suffix}", content[:left]))
    assert caught.value.help


def test_a_broken_first_header_of_a_tar_is_damage(write: Write) -> None:
    content = bytearray(tarred({"a.txt": b"a"}))
    content[0] = 0x7F  # the checksum is wrong now
    with pytest.raises(DamagedFile, match=r"^a\.tar is damaged"):
        members(write("a.tar", bytes(content)))


def test_an_empty_tar_holds_no_text(write: Write) -> None:
    with pytest.raises(NoText):
        members(write("a.tar.gz", gzip.compress(tarred({}))))


@pytest.mark.parametrize("name", ["a.gz", "a.txt.gz", "a.tar.gz"])
def test_a_gzip_bomb(write: Write, name: str) -> None:
    info = tarfile.TarInfo("a.txt")
    info.size = 2 * GB
    begin = info.tobuf() if ".tar" in name else b""
    path = write(name, deflated_zeros(2 * GB, 31, begin))
    with pytest.raises(LoadError, match="unpacks to far more than its size allows"):
        members(path)
    assert not [f for f in (path.parent / "spool").rglob("*") if f.is_file()]


def test_a_tar_that_claims_an_endless_hole(write: Write) -> None:
    """A sparse file of a terabyte in a kilobyte."""
    info = tarfile.TarInfo("a.txt")
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"%011o\0" % (7 * GB)  # size of the file as it would be
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(LoadError, match="unpacks to far more"):
        members(write("a.tar", bytes(header) + bytes(1024)))


def test_a_tar_of_what_is_left_out_does_not_go_on_for_ever(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tercet.loaders.archives.tar._PASSED_OVER", 64 << 20)
    info = tarfile.TarInfo(".hidden")
    info.size = 2 * GB
    path = write("a.tar.gz", deflated_zeros(2 * GB, 31, info.tobuf()))
    with pytest.raises(LoadError, match="unpacks to far more"):
        members(path)


def test_many_headers_in_a_row_are_survived(write: Write) -> None:
    longname = tarfile.TarInfo("././@LongLink")
    longname.type, longname.size = tarfile.GNUTYPE_LONGNAME, 4
    chain = (longname.tobuf(tarfile.GNU_FORMAT) + b"name".ljust(512, b"\0")) * 3000
    with pytest.raises(DamagedFile, match=r"^a\.tar is damaged"):
        members(write("a.tar", chain))


def test_too_many_files_in_a_tar(write: Write) -> None:
    path = write("a.tar.gz", gzip.compress(tarred({f"{i}": b"" for i in range(101)})))
    with pytest.raises(LoadError, match="holds more than 100 files"):
        members(path, Limits(members=100))


def test_real_archives(shared: Path, tmp_path: Path) -> None:
    found = {}
    for name in (
        "test_files.zip",
        "32044009881525_missing_coordocr.tar.gz",
        "taxonomy_package.zip",
    ):
        (path,) = (shared / "files").rglob(name)
        loaded = load_all(path, name, tmp_path / name)
        found[name] = {member.name: member.path for member in loaded.members}
    first, second, third = found.values()
    assert list(first) == [
        "test.docx", "test.jpg", "test.pptx", "test.xlsx", "test_blog.html", "test_serp.html",
        "test_wikipedia.html",
    ]  # fmt: skip
    assert first["test_blog.html"].read_bytes().endswith(b"</body>\n</html>\n")
    assert first["test.jpg"].stat().st_size == 474288
    assert len(second) == 9
    assert second["HARVARD_32044009881525.xml"].read_bytes().startswith(b"<?xml")
    assert "taxonomy_package/META-INF/catalog.xml" in third
    assert all(path.stat().st_size for path in third.values())
