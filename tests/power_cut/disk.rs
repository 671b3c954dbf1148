//! A disk under a recording: what it could hold after a cut at any line of it.
//!
//! What was synced before the cut is there: a file's bytes and length by a sync of the file, an
//! entry of a folder by a sync of the folder. Of what was not, each sector of a write is there or
//! is not, in any order; a sector that was written several times holds any of its states. A file's
//! length is one that it had since its last sync, with zeros where data is missing. The entries of
//! a folder change in order, as journaling file systems have it, and of each folder for itself.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::record::{Event, Recording, What};
use super::support::random::Random;

/// A file or folder, whatever it is called.
type Node = usize;

const ROOT: Node = 0;

/// A change that no sync has made durable.
#[derive(Debug)]
struct Pending<T> {
    end: usize,
    change: T,
}

#[derive(Debug)]
enum Entry {
    Added(String, Node),
    Removed(String),
    Renamed(String, String),
}

#[derive(Debug)]
enum Change<'a> {
    Write(usize, &'a [u8]),
    Resize(usize),
}

#[derive(Debug)]
enum Kept<'a> {
    Folder {
        /// As programs see it.
        seen: BTreeMap<String, Node>,
        durable: BTreeMap<String, Node>,
        pending: Vec<Pending<Entry>>,
    },
    File {
        /// As programs see it.
        length: usize,
        durable: Vec<u8>,
        pending: Vec<Pending<Change<'a>>>,
    },
}

/// The disk, cut at some line.
#[derive(Debug)]
pub struct Disk<'a> {
    nodes: Vec<Kept<'a>>,
}

/// What cuts left undone: a look at how much a trial says.
#[derive(Debug, Default, Clone, Copy)]
pub struct Unsynced {
    pub changes: usize,
    pub bytes: usize,
}

impl Unsynced {
    pub fn add(&mut self, other: Self) {
        self.changes += other.changes;
        self.bytes += other.bytes;
    }
}

impl fmt::Display for Unsynced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} changes of {} KiB unsynced", self.changes, self.bytes / 1024)
    }
}

impl<'a> Disk<'a> {
    /// The disk that held `before`, all of it durable, at `cut`.
    pub fn cut(before: &Path, recording: &'a Recording, cut: usize) -> Self {
        let mut disk = Self { nodes: vec![folder()] };
        disk.load(before, ROOT);
        for event in recording.events.iter().take_while(|event| event.begin < cut) {
            disk.apply(event, cut);
        }
        disk
    }

    pub fn unsynced(&self) -> Unsynced {
        let mut unsynced = Unsynced::default();
        for node in &self.nodes {
            match node {
                Kept::Folder { pending, .. } => unsynced.changes += pending.len(),
                Kept::File { pending, .. } => {
                    unsynced.changes += pending.len();
                    unsynced.bytes += pending.iter().map(|one| one.change.bytes()).sum::<usize>();
                }
            }
        }
        unsynced
    }

    /// Writes one of the states that the disk could be in into `to`, an empty folder.
    pub fn rebuild(&self, to: &Path, random: &mut Random) {
        self.rebuild_node(ROOT, to, random);
    }

    fn load(&mut self, from: &Path, into: Node) {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let is_folder = entry.file_type().unwrap().is_dir();
            let node = self.nodes.len();
            if is_folder {
                self.nodes.push(folder());
                self.load(&entry.path(), node);
            } else {
                let durable = fs::read(entry.path()).unwrap();
                let length = durable.len();
                self.nodes.push(Kept::File { length, durable, pending: Vec::new() });
            }
            let Kept::Folder { seen, durable, .. } = &mut self.nodes[into] else {
                panic!("not of this kind")
            };
            seen.insert(name.clone(), node);
            durable.insert(name, node);
        }
    }

    fn apply(&mut self, event: &'a Event, cut: usize) {
        let end = event.end;
        match &event.what {
            What::Create(path) => {
                let new = Kept::File { length: 0, durable: Vec::new(), pending: Vec::new() };
                self.add(path, end, new);
            }
            What::MakeFolder(path) => self.add(path, end, folder()),
            What::Write { path, offset, data } => {
                let Kept::File { length, pending, .. } = self.node(path) else {
                    panic!("not of this kind")
                };
                let offset = offset.map_or(*length, |offset| usize::try_from(offset).unwrap());
                *length = (*length).max(offset + data.len());
                pending.push(Pending { end, change: Change::Write(offset, data) });
            }
            What::Resize { path, length: new } => {
                let Kept::File { length, pending, .. } = self.node(path) else {
                    panic!("not of this kind")
                };
                *length = usize::try_from(*new).unwrap();
                pending.push(Pending { end, change: Change::Resize(*length) });
            }
            What::Rename { from, to } => self.rename(from, to, end),
            What::Remove(path) => {
                let (folder, name) = split(path);
                let Kept::Folder { seen, pending, .. } = self.node(&folder) else {
                    panic!("not of this kind")
                };
                seen.remove(&name).unwrap();
                pending.push(Pending { end, change: Entry::Removed(name) });
            }
            What::Sync(path) if end < cut => self.sync(path, event.begin),
            // One that has not returned promises nothing.
            What::Sync(_) | What::Said { .. } => {}
        }
    }

    fn add(&mut self, path: &Path, end: usize, new: Kept<'a>) {
        let node = self.nodes.len();
        let (folder, name) = split(path);
        let Kept::Folder { seen, pending, .. } = self.node(&folder) else {
            panic!("not of this kind")
        };
        if seen.contains_key(&name) {
            return;
        }
        seen.insert(name.clone(), node);
        pending.push(Pending { end, change: Entry::Added(name, node) });
        self.nodes.push(new);
    }

    fn rename(&mut self, from: &Path, to: &Path, end: usize) {
        let ((folder, from), (to_folder, to)) = (split(from), split(to));
        assert_eq!(folder, to_folder, "no rename leads to another folder");
        let Kept::Folder { seen, pending, .. } = self.node(&folder) else {
            panic!("not of this kind")
        };
        let node = seen.remove(&from).unwrap();
        seen.insert(to.clone(), node);
        pending.push(Pending { end, change: Entry::Renamed(from, to) });
    }

    /// A sync that began at `begin` covers all that had returned before.
    fn sync(&mut self, path: &Path, begin: usize) {
        match self.node(path) {
            Kept::Folder { durable, pending, .. } => {
                let synced = pending.iter().take_while(|one| one.end < begin).count();
                for one in pending.drain(..synced) {
                    one.change.apply(durable);
                }
            }
            Kept::File { durable, pending, .. } => {
                for one in pending.extract_if(.., |one| one.end < begin) {
                    one.change.apply(durable);
                }
            }
        }
    }

    fn node(&mut self, path: &Path) -> &mut Kept<'a> {
        let mut node = ROOT;
        for part in path.components() {
            let Component::Normal(name) = part else { panic!("{}", path.display()) };
            let Kept::Folder { seen, .. } = &self.nodes[node] else { panic!("a file in the way") };
            let found = seen.get(name.to_str().unwrap());
            node = *found.unwrap_or_else(|| panic!("{} is not there", path.display()));
        }
        &mut self.nodes[node]
    }

    fn rebuild_node(&self, node: Node, to: &Path, random: &mut Random) {
        match &self.nodes[node] {
            Kept::Folder { durable, pending, .. } => {
                let mut entries = durable.clone();
                let there = random.part_of(pending.len());
                for one in &pending[..there] {
                    one.change.apply(&mut entries);
                }
                fs::create_dir_all(to).unwrap();
                for (name, node) in entries {
                    self.rebuild_node(node, &to.join(name), random);
                }
            }
            Kept::File { durable, pending, .. } => {
                fs::write(to, rebuilt(durable, pending, random)).unwrap();
            }
        }
    }
}

/// One state of a file between its last sync and the cut.
fn rebuilt(durable: &[u8], pending: &[Pending<Change<'_>>], random: &mut Random) -> Vec<u8> {
    let mut disk = durable.to_vec();
    if pending.is_empty() {
        return disk;
    }
    let sector = if random.below(2) == 0 { 512 } else { 4096 };
    let luck = Luck::random(pending.len(), random);
    // The file as programs saw it.
    let mut seen = durable.to_vec();
    let sized = random.part_of(pending.len());
    let mut length = durable.len();
    for (at, one) in pending.iter().enumerate() {
        one.change.apply(&mut seen);
        if at < sized {
            length = seen.len();
        }
        match one.change {
            Change::Write(offset, data) => {
                for start in (offset / sector * sector..offset + data.len()).step_by(sector) {
                    if luck.keeps(at, random) {
                        let end = (start + sector).min(seen.len());
                        Change::Write(start, &seen[start..end]).apply(&mut disk);
                    }
                }
            }
            // Gone from the disk when its new length is there.
            Change::Resize(to) if at < sized && to < disk.len() => disk.truncate(to),
            Change::Resize(_) => {}
        }
    }
    disk.resize(length, 0);
    disk
}

/// Which of the unsynced sectors are there.
#[derive(Debug)]
enum Luck {
    /// So many in a hundred.
    Even(u64),
    /// The later a write, the likelier it is there: the order turned around.
    Late(usize),
    /// Those before this one, then none.
    Until(usize),
    /// All but those of this one.
    Without(usize),
}

impl Luck {
    fn random(writes: usize, random: &mut Random) -> Self {
        let one = random.part_of(writes);
        match random.below(8) {
            0 => Self::Even(0),
            1 => Self::Even(100),
            2 => Self::Even(95),
            3 => Self::Even(50),
            4 => Self::Even(10),
            5 => Self::Late(writes),
            6 => Self::Until(one),
            _ => Self::Without(one),
        }
    }

    fn keeps(&self, at: usize, random: &mut Random) -> bool {
        match *self {
            Self::Even(percent) => random.below(100) < percent,
            Self::Late(writes) => {
                random.below(u64::try_from(writes).unwrap()) < u64::try_from(at + 1).unwrap()
            }
            Self::Until(one) => at < one,
            Self::Without(one) => at != one,
        }
    }
}

impl Entry {
    fn apply(&self, entries: &mut BTreeMap<String, Node>) {
        match self {
            Self::Added(name, node) => {
                entries.insert(name.clone(), *node);
            }
            Self::Removed(name) => {
                entries.remove(name);
            }
            Self::Renamed(from, to) => {
                let node = entries.remove(from).unwrap();
                entries.insert(to.clone(), node);
            }
        }
    }
}

impl Change<'_> {
    fn bytes(&self) -> usize {
        match self {
            Self::Write(_, data) => data.len(),
            Self::Resize(_) => 0,
        }
    }

    fn apply(&self, file: &mut Vec<u8>) {
        match *self {
            Self::Write(offset, data) => {
                let end = offset + data.len();
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[offset..end].copy_from_slice(data);
            }
            Self::Resize(length) => file.resize(length, 0),
        }
    }
}

fn folder<'a>() -> Kept<'a> {
    Kept::Folder { seen: BTreeMap::new(), durable: BTreeMap::new(), pending: Vec::new() }
}

fn split(path: &Path) -> (PathBuf, String) {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    (path.parent().unwrap().to_owned(), name)
}
