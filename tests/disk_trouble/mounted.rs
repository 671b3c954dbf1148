//! Small disks of the test's own, where it may mount them.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A mounted folder, unmounted in the end.
pub struct Mounted {
    folder: TempDir,
}

impl Mounted {
    /// A disk in memory; `None`, and a word about it, where this process may mount nothing.
    pub fn disk(mega_bytes: u32) -> Option<Self> {
        let size = format!("size={mega_bytes}m");
        Self::mount(&["-t", "tmpfs", "-o", &size, "tmpfs"])
    }

    /// The same folder once more, read-only.
    pub fn read_only(of: &Path) -> Option<Self> {
        let mounted = Self::mount(&["--bind", of.to_str().unwrap()])?;
        let path = mounted.path().to_str().unwrap();
        run("mount", &["-o", "remount,bind,ro", path]).then_some(mounted)
    }

    fn mount(how: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        if run("mount", &[how, &[path]].concat()) {
            return Some(Self { folder });
        }
        println!("skipped: this process may not mount a disk");
        None
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn free_bytes(&self) -> u64 {
        let disk = rustix::fs::statvfs(self.path()).unwrap();
        disk.f_bavail * disk.f_frsize
    }

    /// Writes a file that leaves so much room; 0 takes the last byte.
    pub fn fill(&self, leave_bytes: u64) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = File::create(&path).unwrap();
        let some = vec![7; 256 * 1024];
        while self.free_bytes() > leave_bytes {
            let most = usize::try_from(self.free_bytes() - leave_bytes).unwrap().min(some.len());
            if file.write_all(&some[..most]).is_err() {
                break;
            }
        }
        path
    }

    pub fn empty(&self) {
        fs::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        run("umount", &["-l", self.path().to_str().unwrap()]);
    }
}

fn run(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
