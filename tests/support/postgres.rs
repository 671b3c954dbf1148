//! A PostgreSQL of the tests' own, on a free port of this machine and in a temporary folder.
//!
//! It needs `initdb` and `postgres`, which `tests/setup` installs; where they are missing the tests
//! say so and count as not run. One server serves a test binary, one database each of its tests.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use lychgate::store::PostgresOptions;
use tokio_postgres::error::SqlState;

/// How long a server may take to start, and a caller is to wait for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a server of tests is told: nobody else may come in, and it keeps its log beside its data.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 120
shared_buffers = 128MB
log_min_messages = fatal
logging_collector = off
";

/// Waits for the end of the tests' process, however that comes, and takes away what it left.
const CLEAN_UP: &str = "cat > /dev/null; \
    if [ -e \"$1/data/postmaster.pid\" ]; then kill -QUIT \"$(head -n 1 \"$1/data/postmaster.pid\")\"; fi; \
    while [ -e \"$1/data/postmaster.pid\" ]; do sleep 0.1; done; rm -rf \"$1\"";

/// A running server. It ends with this process at the latest, and its folder goes with it.
pub struct Postgres {
    folder: PathBuf,
    /// What [`CLEAN_UP`] waits on.
    _alive: ChildStdin,
    programs: PathBuf,
    process: Mutex<Option<Child>>,
    pub port: u16,
}

/// Where the programs of PostgreSQL are; says so where there are none.
pub fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    folders.sort();
    folders.reverse();
    folders.push("/usr/local/bin".into());
    folders.extend(std::env::split_paths(&path));
    let found = folders
        .into_iter()
        .find(|folder| ["initdb", "postgres"].iter().all(|program| folder.join(program).exists()));
    if found.is_none() {
        // Past the test harness, which would keep it to itself.
        let mut out = std::io::stderr();
        writeln!(out, "no PostgreSQL on this machine (tests/setup installs one): NOT RUN").unwrap();
    }
    found
}

/// A command as a user who may run a database server: root may not.
fn unprivileged(program: &Path, owner: &Path) -> Command {
    let owner = fs::metadata(owner).unwrap();
    if owner.uid() == fs::metadata("/proc/self").unwrap().uid() && owner.uid() != 0 {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={}", owner.uid())).arg(format!("--regid={}", owner.gid()));
    command.arg("--clear-groups").arg(program);
    command
}

/// Gives `folder` to a user who is not root, when we are.
fn give_away(folder: &Path) {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return;
    }
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    let mut users = ["postgres:", "nobody:"].iter();
    let user = users.find_map(|user| passwd.lines().find(|line| line.starts_with(user)));
    let ids = user.unwrap().split(':').skip(2).map(|id| id.parse().ok());
    let ids: Vec<Option<u32>> = ids.take(2).collect();
    let [user, group] = ids.try_into().unwrap();
    std::os::unix::fs::chown(folder, user, group).unwrap();
}

impl Postgres {
    /// The server of this test binary; `None` where there are no programs for one.
    pub fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
        SERVER.get_or_init(Self::start_new).as_ref()
    }

    /// A server of the caller's own, which it may kill; `None` where there are no programs.
    pub fn start_new() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir().unwrap().keep();
        let cleaner = ["-c", CLEAN_UP, "clean-up", folder.to_str().unwrap()];
        let cleaner = Command::new("sh").args(cleaner).stdin(Stdio::piped()).spawn();
        let alive = cleaner.unwrap().stdin.take().unwrap();
        give_away(&folder);
        let data = folder.join("data");
        let made = unprivileged(&programs.join("initdb"), &folder)
            .args(["--auth=trust", "--username=lychgate", "--encoding=UTF8", "--locale=C"])
            .args(["--no-sync", "--pgdata"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = fs::read_to_string(data.join("postgresql.conf")).unwrap();
        let settings = format!("{settings}{SETTINGS}port = {port}\n");
        fs::write(data.join("postgresql.conf"), settings).unwrap();
        let server = Self { folder, _alive: alive, programs, process: Mutex::new(None), port };
        server.start();
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts the server again, and waits until it answers.
    pub fn start(&self) {
        let log = self.folder.join("log");
        let log = fs::File::options().create(true).append(true).open(log).unwrap();
        let mut command = unprivileged(&self.programs.join("postgres"), &self.folder);
        command.arg("-D").arg(self.data()).stdin(Stdio::null());
        let started = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        *self.process.lock().unwrap() = Some(started);
        let begun = Instant::now();
        while !self.answers() {
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether the server is up, be it that it does not let us in.
    fn answers(&self) -> bool {
        let Err(error) = self.ask("postgres", "select 1") else { return true };
        error.code().is_some_and(|code| *code != SqlState::CANNOT_CONNECT_NOW)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// The server ends as it would at a crash: nothing is finished, nothing is written.
    pub fn crash(&self) {
        self.signal("QUIT");
    }

    /// The server stops in good order; calls under way are cut off.
    pub fn stop(&self) {
        self.signal("INT");
    }

    /// The server hangs: the system takes connections and what is sent, and nobody answers. It can
    /// only be made to crash.
    pub fn hang(&self) {
        let process = self.process.lock().unwrap();
        let id = process.as_ref().unwrap().id();
        send("STOP", id);
        // Stopped, it starts no others.
        let others = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        for other in others.split_whitespace() {
            send("STOP", other.parse().unwrap());
        }
    }

    /// Sends the server a signal and waits for its end.
    fn signal(&self, name: &str) {
        let Some(mut process) = self.process.lock().unwrap().take() else { return };
        send(name, process.id());
        // Should it hang, it hears of it now.
        send("CONT", process.id());
        process.wait().unwrap();
    }

    /// Has the server speak TLS with copies of these files, from its next start on.
    pub fn speak_tls(&self, certificate: &Path, key: &Path) {
        for (from, name) in [(certificate, "server.crt"), (key, "server.key")] {
            let to = self.data().join(name);
            fs::copy(from, &to).unwrap();
            fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).unwrap();
            give_away(&to);
        }
        self.change("postgresql.conf", |settings| format!("{settings}ssl = on\n"));
    }

    /// Starts the server anew with these rules of who is let in.
    pub fn let_in(&self, rules: &str) {
        self.stop();
        self.change("pg_hba.conf", |_| rules.to_owned());
        self.start();
    }

    fn change(&self, file: &str, change: impl Fn(String) -> String) {
        let file = self.data().join(file);
        fs::write(&file, change(fs::read_to_string(&file).unwrap())).unwrap();
    }

    /// Runs statements over a connection of its own.
    pub fn ask(&self, database: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
        let mut server = tokio_postgres::Config::new();
        server.host("127.0.0.1").port(self.port).user("lychgate").dbname(database);
        let work = async {
            let (client, driver) = server.connect(tokio_postgres::NoTls).await?;
            let driver = tokio::task::spawn_local(driver);
            let asked = client.batch_execute(sql).await;
            drop(client);
            drop(driver.await);
            asked
        };
        // A test may be on an async thread.
        std::thread::scope(|scope| {
            let alone = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                tokio::task::LocalSet::new().block_on(&runtime.unwrap(), work)
            });
            alone.join().unwrap()
        })
    }

    /// A new database; returns its URL.
    pub fn database(&self, name: &str) -> String {
        self.ask("postgres", &format!("create database {name}")).unwrap();
        self.url(name)
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgresql://lychgate@127.0.0.1:{}/{database}", self.port)
    }
}

/// Sends a process a signal; one that is gone needs none.
fn send(signal: &str, process: u32) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(process.to_string()).output();
    drop(sent.unwrap());
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.crash();
    }
}

/// What reaches the database at `url` as the product would.
pub fn options(url: &str) -> PostgresOptions {
    PostgresOptions {
        server: url.parse().unwrap(),
        tls: None,
        connections: 8,
        connect: Duration::from_secs(5),
        statement: Duration::from_secs(15),
    }
}
