//! What a process did to a folder, call by call, as strace saw it.
//!
//! strace and no layer under the store, since sled does its own file I/O; and no library that is
//! preloaded, since a call that went past it would go unnoticed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every call that can change a file or say that something was acknowledged. Those that the
/// recording cannot follow are traced as well, so that they are noticed.
const CALLS: &str = "trace=openat,open,creat,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,\
    lseek,ftruncate,truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,\
    mkdirat,link,linkat,symlink,symlinkat,fsync,fdatasync,sync,syncfs,sync_file_range,\
    copy_file_range,sendfile,splice,io_uring_setup";

/// Longest data of one call that is recorded: a segment of sled's has 8 MiB, a batch some more.
const LONGEST_DATA: &str = "33554432";

/// A call, between the line at which it began and the line at which it had returned.
#[derive(Debug)]
pub struct Event {
    pub begin: usize,
    pub end: usize,
    pub what: What,
}

/// Paths are below the recorded folder.
#[derive(Debug)]
pub enum What {
    /// Opened with `O_CREAT`: made when it was not there.
    Create(PathBuf),
    MakeFolder(PathBuf),
    /// At its end where there is no offset.
    Write {
        path: PathBuf,
        offset: Option<u64>,
        data: Vec<u8>,
    },
    Resize {
        path: PathBuf,
        length: u64,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove(PathBuf),
    Sync(PathBuf),
    /// Bytes to a pipe or a socket, named as strace names it.
    Said {
        to: String,
        bytes: Vec<u8>,
    },
}

/// Everything that happened, in the order in which it began.
#[derive(Debug, Default)]
pub struct Recording {
    pub events: Vec<Event>,
    /// Lines in the recording: every cut lies below this.
    pub lines: usize,
    /// Calls of `sync_file_range` on a file in the folder: no barrier at all.
    pub ranges_without_barrier: usize,
}

/// The command that runs `program` and records it into `log`. Each sync takes `slow_sync`
/// microseconds longer.
pub fn recorded(log: &Path, program: &Path, slow_sync: Option<&str>) -> Command {
    let mut command = Command::new("strace");
    if let Some(delay) = slow_sync {
        command.arg("-e").arg(format!("inject=fsync,fdatasync:delay_exit={delay}"));
    }
    command.args(["-f", "--seccomp-bpf", "-yy", "-xx", "-qq", "-s", LONGEST_DATA]);
    command.args(["-e", "signal=none", "-e", CALLS, "-o"]).arg(log).arg("--").arg(program);
    command
}

/// Fails with what to do where there is no strace.
pub fn ensure_strace() {
    let found = Command::new("strace").arg("--version").output();
    assert!(
        found.is_ok_and(|output| output.status.success()),
        "strace is missing; tests/setup installs it (Debian package strace)"
    );
}

impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |is: fn(&What) -> bool| self.events.iter().filter(|one| is(&one.what)).count();
        let writes = count(|what| matches!(what, What::Write { .. }));
        let syncs = count(|what| matches!(what, What::Sync(_)));
        write!(f, "{} lines, {writes} writes, {syncs} syncs", self.lines)
    }
}

impl Recording {
    /// What went to pipes and sockets, with the line at which that began.
    pub fn said(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Said { bytes, .. } => Some((event.begin, bytes.as_slice())),
            _ => None,
        })
    }

    /// The line at which the first word went to this peer's port.
    pub fn first_word_to(&self, port: u16) -> Option<usize> {
        let peer = format!("127.0.0.1:{port}]");
        let event = self.events.iter().find(|event| match &event.what {
            What::Said { to, .. } => to.ends_with(&peer),
            _ => false,
        });
        event.map(|event| event.begin)
    }

    /// Reads the log of a recorded process that worked below `root`.
    pub fn read(log: &Path, root: &Path) -> Self {
        let mut reader = Reader { root: root.to_owned(), ..Reader::default() };
        let mut lines = BufReader::new(File::open(log).unwrap());
        let mut line = Vec::new();
        let mut number = 0;
        while lines.read_until(b'\n', &mut line).unwrap() > 0 {
            reader.line(number, std::str::from_utf8(&line).unwrap().trim_end());
            line.clear();
            number += 1;
        }
        reader.recording.lines = number;
        reader.recording
    }
}

#[derive(Debug, Default)]
struct Reader {
    root: PathBuf,
    recording: Recording,
    /// By thread: the line and the text of a call that has not returned.
    unfinished: BTreeMap<u32, (usize, String)>,
    /// Where the next write without an offset goes, by descriptor.
    positions: BTreeMap<i64, u64>,
    appending: BTreeSet<i64>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) {
        let (thread, rest) = line.split_once(' ').unwrap();
        let thread: u32 = thread.parse().unwrap();
        let rest = rest.trim_start();
        if rest.starts_with("+++") || rest.starts_with("---") {
            return;
        }
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            self.unfinished.insert(thread, (number, begun.to_owned()));
            return;
        }
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some((begin, begun)) = self.unfinished.remove(&thread) else { return };
            let (_, tail) = resumed.split_once(" resumed>").unwrap();
            let whole = format!("{begun}{tail}");
            self.call(begin, number, &whole);
            return;
        }
        self.call(number, number, rest);
    }

    fn call(&mut self, begin: usize, end: usize, text: &str) {
        let Some((name, rest)) = text.split_once('(') else { return };
        let (arguments, result) = split_result(rest);
        if result < 0 {
            return;
        }
        let arguments = split_arguments(arguments);
        let argument = |at: usize| arguments.get(at).copied().unwrap_or_default();
        let what = match name {
            "openat" => self.opened(&arguments, result, begin, end),
            "write" => self.written(argument(0), argument(1), result),
            "sendto" | "writev" | "sendmsg" => Self::sent(argument(0), text),
            "pwrite64" => {
                let (_, path) = descriptor(argument(0));
                self.below(&path).map(|path| {
                    let data = bytes(argument(1));
                    assert_eq!(data.len(), usize::try_from(result).unwrap(), "a short write");
                    let offset = Some(argument(3).parse().unwrap());
                    What::Write { path, offset, data }
                })
            }
            "pwritev" => {
                let (_, path) = descriptor(argument(0));
                self.below(&path).map(|path| {
                    let mut data = all_bytes(text);
                    data.truncate(usize::try_from(result).unwrap());
                    let offset = arguments.last().map(|offset| offset.parse().unwrap());
                    What::Write { path, offset, data }
                })
            }
            "lseek" => {
                let (fd, _) = descriptor(argument(0));
                self.positions.insert(fd, u64::try_from(result).unwrap());
                None
            }
            "ftruncate" => {
                let (_, path) = descriptor(argument(0));
                let length = argument(1).parse().unwrap();
                self.below(&path).map(|path| What::Resize { path, length })
            }
            "rename" => self.renamed(&path_of(argument(0)), &path_of(argument(1))),
            "renameat" | "renameat2" => {
                self.renamed(&at(argument(0), argument(1)), &at(argument(2), argument(3)))
            }
            "unlink" | "rmdir" => self.below(&path_of(argument(0))).map(What::Remove),
            "unlinkat" => self.below(&at(argument(0), argument(1))).map(What::Remove),
            "mkdir" => self.below(&path_of(argument(0))).map(What::MakeFolder),
            "mkdirat" => self.below(&at(argument(0), argument(1))).map(What::MakeFolder),
            "fsync" | "fdatasync" => {
                let (_, path) = descriptor(argument(0));
                self.below(&path).map(What::Sync)
            }
            "sync_file_range" => {
                let (_, path) = descriptor(argument(0));
                self.recording.ranges_without_barrier += usize::from(self.below(&path).is_some());
                None
            }
            _ => {
                assert!(
                    !text.contains(&hex_of(&self.root)),
                    "the recording cannot follow {name} in the folder"
                );
                None
            }
        };
        if let Some(what) = what {
            self.note(begin, end, what);
        }
    }

    fn note(&mut self, begin: usize, end: usize, what: What) {
        // A call that returned late is put where it began.
        let events = &mut self.recording.events;
        let place = events.iter().rposition(|event| event.begin <= begin).map_or(0, |at| at + 1);
        events.insert(place, Event { begin, end, what });
    }

    /// Notes where the next write goes and, of a file in the folder, what opening does to it.
    fn opened(&mut self, arguments: &[&str], fd: i64, begin: usize, end: usize) -> Option<What> {
        let [folder, name, flags, ..] = arguments else { panic!("{arguments:?}") };
        self.positions.insert(fd, 0);
        self.appending.remove(&fd);
        if flags.contains("O_APPEND") {
            self.appending.insert(fd);
        }
        let path = self.below(&at(folder, name))?;
        if flags.contains("O_CREAT") {
            self.note(begin, end, What::Create(path.clone()));
        }
        flags.contains("O_TRUNC").then_some(What::Resize { path, length: 0 })
    }

    fn written(&mut self, to: &str, data: &str, result: i64) -> Option<What> {
        let (fd, path) = descriptor(to);
        let written = usize::try_from(result).unwrap();
        let Some(path) = self.below(&path) else { return Self::sent(to, data) };
        let position = self.positions.entry(fd).or_default();
        let offset = (!self.appending.contains(&fd)).then_some(*position);
        *position += u64::try_from(written).unwrap();
        let mut data = bytes(data);
        data.truncate(written);
        Some(What::Write { path, offset, data })
    }

    /// Something to a pipe or a socket; to anything else nothing of interest.
    fn sent(to: &str, text: &str) -> Option<What> {
        let (_, name) = descriptor(to);
        let name = name.to_string_lossy().into_owned();
        let is_heard = ["pipe:", "TCP:", "TCPv6:"].iter().any(|kind| name.starts_with(kind));
        is_heard.then(|| What::Said { to: name, bytes: all_bytes(text) })
    }

    fn renamed(&self, from: &Path, to: &Path) -> Option<What> {
        let (from, to) = (self.below(from), self.below(to));
        assert_eq!(from.is_some(), to.is_some(), "a rename into or out of the folder");
        Some(What::Rename { from: from?, to: to? })
    }

    fn below(&self, path: &Path) -> Option<PathBuf> {
        path.strip_prefix(&self.root).ok().map(Path::to_owned)
    }
}

/// The arguments and the result of a call; the result is behind the last `) = `.
fn split_result(text: &str) -> (&str, i64) {
    let Some((arguments, result)) = text.rsplit_once(" = ") else { return (text, -1) };
    let number = result.split([' ', '<']).next().unwrap_or_default();
    (arguments.trim_end().trim_end_matches(')'), number.parse().unwrap_or(-1))
}

/// No comma stands within a string, as all of its bytes are in hexadecimal.
fn split_arguments(text: &str) -> Vec<&str> {
    text.split(", ").collect()
}

/// Number and name of a descriptor: `5<…>`, `AT_FDCWD<…>`.
fn descriptor(text: &str) -> (i64, PathBuf) {
    let (number, rest) = text.split_once('<').unwrap_or((text, ""));
    let name = rest.rsplit_once('>').map_or(rest, |(name, _)| name);
    // A device says behind its name which one it is.
    let name = name.split('<').next().unwrap_or_default();
    (number.parse().unwrap_or(-1), PathBuf::from(plain(name)))
}

/// A name with the bytes that are in hexadecimal as what they are.
fn plain(text: &str) -> String {
    if text.contains("\\x") { String::from_utf8(hex_pairs(text)).unwrap() } else { text.to_owned() }
}

fn path_of(text: &str) -> PathBuf {
    PathBuf::from(String::from_utf8(bytes(text)).unwrap())
}

fn at(folder: &str, name: &str) -> PathBuf {
    descriptor(folder).1.join(path_of(name))
}

/// The bytes of one quoted string.
fn bytes(text: &str) -> Vec<u8> {
    assert!(text.ends_with('"'), "a string that is cut short");
    hex_pairs(text)
}

/// The bytes of all quoted strings.
fn all_bytes(text: &str) -> Vec<u8> {
    text.split('"').skip(1).step_by(2).flat_map(hex_pairs).collect()
}

fn hex_pairs(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => panic!("no digit"),
    };
    let text = text.trim_matches('"').as_bytes();
    assert_eq!(text.len() % 4, 0, "a string that is not all hexadecimal");
    text.chunks_exact(4).map(|pair| digit(pair[2]) << 4 | digit(pair[3])).collect()
}

fn hex_of(path: &Path) -> String {
    use std::fmt::Write as _;
    path.to_str().unwrap().bytes().fold(String::new(), |mut text, byte| {
        write!(text, "\\x{byte:02x}").unwrap();
        text
    })
}
