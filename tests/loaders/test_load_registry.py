from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import tercet.loaders
from tercet.errors import DamagedFile, EncryptedFile, LoadError, NoText, UnsupportedFormat
from tercet.loaders import is_supported, load
from tercet.loaders.formats import FORMATS
from tercet.loaders.registry import load_all
from tercet.loaders.spool import UNKNOWN_TIME

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_public_names_are_sorted() -> None:
    assert tercet.loaders.__all__ == sorted(tercet.loaders.__all__)


def test_import_brings_in_nothing_heavy() -> None:
    code = (
        "import sys, tercet.loaders\n"
        "heavy = {'numpy', 'pypdfium2', 'mammoth', 'markdownify', 'selectolax', 'yaml', 'bs4',"
        " 'pathspec', 'zipfile'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_reader_in_the_table_exists() -> None:
    suffixes = [suffix for format in FORMATS for suffix in format.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert [format.name for format in FORMATS] == sorted({format.name for format in FORMATS})
    for format in FORMATS:
        module, _, function = format.reader.partition(":")
        assert all(suffix.islower() for suffix in format.suffixes)
        assert callable(getattr(__import__(module, fromlist=[function]), function))


def test_identity_and_common_metadata(write) -> None:
    path = write("folder/Plain.TXT", "some text")
    os.utime(path, (86400 * 365, 86400 * 365))
    document = load(path, "folder/Plain.TXT")
    assert document.source == "folder/Plain.TXT"
    assert document.title == "Plain"
    assert document.key == path.resolve().as_posix()
    assert document.folders[-1] == path.parent.resolve().as_posix()
    assert document.folders[0] == Path(path.resolve().anchor).as_posix()
    assert list(document.folders) == sorted(document.folders, key=len)
    assert document.fingerprint == hashlib.sha256(b"some text").hexdigest()
    assert document.metadata == {"format": "text", "modified": "1971-01-01"}


def test_the_key_is_the_same_through_links_and_relative_paths(write, monkeypatch) -> None:
    path = write("a/file.md", "text")
    link = path.parent / "link.md"
    link.symlink_to(path)
    monkeypatch.chdir(path.parent)
    assert load(Path("file.md"), "x").key == load(link).key == path.resolve().as_posix()


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system wants UTF-8")
    path = folder / os.fsdecode(b"men\xfc.txt")
    path.write_text("text")
    document = load(path)
    for text in (document.source, document.key, document.title, *document.folders):
        text.encode()
    assert document.title == r"men\udcfc"


def test_the_source_defaults_to_the_path(write) -> None:
    path = write("a.txt", "text")
    assert load(path).source == str(path)


def test_what_the_reader_finds_wins_over_the_file_system(write) -> None:
    path = write("a.md", "---\nmodified: 2001-02-03\n---\ntext")
    assert load(path).metadata["modified"] == "2001-02-03"


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("page.txt", b"\n<!-- saved -->\n<!DOCTYPE html><p>text", "html"),
        ("page", b"<html><body>text", "html"),
        ("page.xhtml", b"<?xml version='1.0'?><html><body>text</body></html>", "html"),
        ("README", b"plain text", "text"),
        ("about-pdf.md", b"A file begins with %PDF-1.7", "markdown"),
        ("zip.md", b"A zip begins with PK", "markdown"),
    ],
)
def test_content_picks_the_reader(write, name: str, content: bytes, format: str) -> None:
    assert load(write(name, content)).metadata["format"] == format


@pytest.mark.parametrize(
    ("name", "content", "kind", "says"),
    [
        ("empty.pdf", b"", NoText, "is empty"),
        ("blank.txt", b" \n\t\n", NoText, "holds no text"),
        ("nul.txt", b"\0" * 400, UnsupportedFormat, "binary"),
        ("junk.md", bytes(range(256)) * 40, UnsupportedFormat, "binary"),
        ("junk.bin", bytes(range(256)) * 40, UnsupportedFormat, "no reader knows .bin files"),
        ("junk", bytes(range(256)) * 40, UnsupportedFormat, "no reader knows such files"),
        ("old.doc", OLE + "WordDocument".encode("utf-16-le"), UnsupportedFormat, ".doc files"),
        ("old.docx", OLE + "WordDocument".encode("utf-16-le"), UnsupportedFormat, ".doc files"),
        ("x.docx", OLE + "EncryptedPackage".encode("utf-16-le"), EncryptedFile, "password"),
        ("odd.ole", OLE + b"?", UnsupportedFormat, ".ole files"),
    ],
)
def test_refusals(write, name: str, content: bytes, kind: type[LoadError], says: str) -> None:
    with pytest.raises(kind, match=re.escape(says)) as caught:
        load(write(name, content), name)
    assert caught.value.message.startswith(name)
    assert caught.value.message.endswith(".")
    assert caught.value.help.endswith(".")


def test_old_word_files_are_told_the_way_out(write) -> None:
    path = write("old.docx", OLE + "WordDocument".encode("utf-16-le"))
    with pytest.raises(UnsupportedFormat) as caught:
        load(path)
    assert caught.value.help == "Open it in Word or LibreOffice and save it as .docx."


def test_an_archive_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(NoText, match="holds files, no text"):
        load(path)
    broken = path.rename(tmp_path / "broken.txt")
    broken.write_bytes(broken.read_bytes()[:40])
    with pytest.raises(DamagedFile, match="broken"):
        load(broken)


@pytest.mark.parametrize("name", ["notes.conf", "Makefile", "what.odd"])
def test_text_of_any_name_is_read(write, name: str) -> None:
    document = load(write(name, "some text"))
    assert (document.text, document.metadata["format"]) == ("some text", "text")


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xls", "a.png", "a.zip"])
def test_text_under_a_binary_name_is_text(write, name: str) -> None:
    assert load(write(name, "some text")).metadata["format"] == "text"


def test_members_have_the_time_of_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt", (2001, 2, 3, 4, 5, 6)), "text")
    [member] = load_all(path, "files.zip", tmp_path / "spool").members
    assert load(member.path).metadata["modified"] == "2001-02-03"
    os.utime(member.path, (UNKNOWN_TIME, UNKNOWN_TIME))
    assert "modified" not in load(member.path).metadata


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="does not exist"):
        load(tmp_path / "nowhere.txt")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is a folder"):
        load(tmp_path)


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(LoadError, match="not a regular file"):
        load(pipe)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("suffix", sorted(f.suffixes[0] for f in FORMATS))
def test_an_unreadable_file(write, suffix: str) -> None:
    path = write(f"secret{suffix}", "text")
    path.chmod(0)
    with pytest.raises(LoadError, match="permission denied"):
        load(path)


def test_an_error_of_the_disk(write, monkeypatch) -> None:
    def broken(path: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", broken)
    with pytest.raises(LoadError, match="Input/output error"):
        load(write("a.txt", "text"))


def test_is_supported_goes_by_the_name() -> None:
    assert is_supported(Path("A.PDF"))
    assert not is_supported(Path("a.exe"))
    assert not is_supported(Path("README"))


def test_every_shared_file_is_read_or_refused_with_reason_and_help(shared: Path) -> None:
    counts = {True: 0, False: 0}
    for path in sorted((shared / "files").rglob("*")):
        if not path.is_file():
            continue
        try:
            document = load(path)
        except LoadError as error:
            assert error.message and error.help, path
            counts[False] += 1
            continue
        counts[True] += 1
        assert document.text.strip() and document.title, path
        assert document.text.isprintable() or "\0" not in document.text, path
        document.text.encode()  # no lone surrogates
        _check_structure(document, path)
    assert counts[True] > 50


def _check_structure(document, path: Path) -> None:
    position = 0
    for number, page in enumerate(document.pages, 1):
        assert (page.number, page.start) == (number, position), path
        position = page.end
    assert not document.pages or position == len(document.text), path
    for heading in document.headings:
        lines = document.text[heading.start :].split("\n")[:4]
        assert _words(heading.text) <= _words(" ".join(lines)), (path, heading)
        assert heading.start == 0 or document.text[heading.start - 1] == "\n", (path, heading)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
