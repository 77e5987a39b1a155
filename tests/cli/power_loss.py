"""A disk that loses power: what may be left of a folder when the machine stops.

fault_injection.c records every write, truncation, rename, removal and fsync. From the record, `Disk` knows what has
surely reached the disk: bytes of a file that was synchronised since, names in a folder that was. Of all else any part may
be there: nothing, all, the first sectors, or some writes and others not, with zeros between them; and names in the order of
a journal, or any of them. This is what POSIX allows, more than any one file system does (Pillai et al. 2014, All file
systems are not created equal).
"""
import pathlib
import shutil

SECTOR = 512


class File:
    """Contents: what was synchronised, and the changes since."""

    def __init__(self, content=b""):
        self.synchronised = content
        self.changes = []  # (offset, bytes), or (new size, None)

    def content(self, changes=None):
        content = bytearray(self.synchronised)
        for at, written in self.changes if changes is None else changes:
            content.extend(bytes(max(0, at - len(content))))
            if written is None:
                del content[at:]
            else:
                content[at:at + len(written)] = written
        return bytes(content)

    def after_loss(self, chance):
        """One of the contents that may be found."""
        kept = chance.randint(0, len(self.changes))
        what = chance.choice(["nothing", "everything", "the first", "any"])
        if what == "nothing":
            return self.synchronised
        if what == "everything":
            return self.content()
        if what == "any":
            return self.content([change for change in self.changes if chance.random() < 0.5])
        changes = self.changes[:kept]
        if changes and changes[-1][1]:
            at, written = changes[-1]
            changes[-1] = (at, written[:SECTOR * chance.randint(0, len(written) // SECTOR)])
        return self.content(changes)


class Naming:
    """A change of names, all of it or none: of (folder, name) to a File, to None (a folder), or to nothing."""

    GONE = object()

    def __init__(self, *changes):
        self.changes = changes

    def apply(self, names):
        for path, what in self.changes:
            if what is self.GONE:
                names.pop(path, None)
            else:
                names[path] = what


class Disk:
    """The folder `root`. Logs, which children write through what they inherited, are left out of account."""

    def __init__(self, root):
        """What stands there now has reached the disk."""
        self.root = pathlib.Path(root)
        self.files = {}  # by inode
        self.durable = {}  # path -> File, or None: a folder
        for path in self.entries():
            self.durable[str(path)] = None if path.is_dir() else File(path.read_bytes())
            self.files[path.stat().st_ino] = self.durable[str(path)]
        self.names = dict(self.durable)  # as programs see it
        self.pending = []  # of Naming
        self.journaled = 0  # of them a journal has written

    def entries(self):
        return [path for path in self.root.rglob("*") if path.suffix != ".log"]

    def follow(self, trace):
        """All that the record `trace` says was done."""
        data = pathlib.Path(trace).read_bytes() if pathlib.Path(trace).exists() else b""
        at = 0
        while at < len(data):
            end = data.index(b"\n", at)
            call, inode, offset, size, path, to = data[at:end].decode().split("\t")
            at = end + 1 + int(size)
            if path.endswith((".log", " (deleted)")):
                continue
            getattr(self, "_" + call)(int(inode), int(offset), path, to, data[end + 1:at])

    def _name(self, *changes):
        naming = Naming(*changes)
        naming.apply(self.names)
        self.pending.append(naming)

    def _open(self, inode, offset, path, to, content):
        if self.names.get(path) is None or self.names[path] is not self.files.get(inode):
            self.files[inode] = File()
            self._name((path, self.files[inode]))

    def _create(self, inode, offset, path, to, content):
        self._open(inode, offset, path, to, content)
        self._truncate(inode, 0, path, to, content)

    def _write(self, inode, offset, path, to, content):
        self._open(inode, offset, path, to, content)  # by a call that is not recorded
        self.files[inode].changes.append((offset, content))

    def _truncate(self, inode, offset, path, to, content):
        self._open(inode, offset, path, to, content)
        self.files[inode].changes.append((offset, None))

    def _rename(self, inode, offset, path, to, content):
        if path in self.names:
            self._name((path, Naming.GONE), (to, self.names[path]))

    def _remove(self, inode, offset, path, to, content):
        if path in self.names:
            self._name((path, Naming.GONE))

    def _mkdir(self, inode, offset, path, to, content):
        self._name((path, None))

    def _fsync(self, inode, offset, path, to, content):
        self.journaled = len(self.pending)
        if self.names.get(path) is not None:
            file = self.files[inode]
            file.synchronised, file.changes = file.content(), []
            return
        for naming in self.pending:  # of a folder: the names in it
            if pathlib.Path(naming.changes[-1][0]).parent == pathlib.Path(path):
                naming.apply(self.durable)
        self.pending = [naming for naming in self.pending
                        if pathlib.Path(naming.changes[-1][0]).parent != pathlib.Path(path)]
        self.journaled = len(self.pending)

    def check(self):
        """The record is complete: what it leads to is what stands there."""
        found = {str(path): None if path.is_dir() else path.read_bytes() for path in self.entries()}
        expected = {path: file and file.content() for path, file in self.names.items()}
        assert found.keys() == expected.keys(), found.keys() ^ expected.keys()
        for path, content in found.items():
            assert content == expected[path], path

    def lose_power(self, chance):
        """Makes of the folder one of those that may be found afterwards."""
        names = dict(self.durable)
        if chance.random() < 0.5:
            kept = self.pending[:chance.randint(self.journaled, len(self.pending))]
        else:
            kept = [naming for naming in self.pending if chance.random() < 0.5]
        for naming in kept:
            naming.apply(names)
        shutil.rmtree(self.root)
        self.root.mkdir()
        for path, file in sorted(names.items()):
            if not pathlib.Path(path).parent.is_dir():
                continue  # in a folder that is not there
            if file is None:
                pathlib.Path(path).mkdir()
            else:
                pathlib.Path(path).write_bytes(file.after_loss(chance))
