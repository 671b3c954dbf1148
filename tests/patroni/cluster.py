"""Three PostgreSQL nodes under Patroni, with an etcd, on loopback and in one folder."""

import glob
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

NODES = 3
# The shortest lease of the leader that Patroni takes.
TTL_SECONDS = 20
START_SECONDS = 120
STOP_SECONDS = 30

SETTINGS = """\
scope: lychgate
name: {name}
restapi:
  listen: 127.0.0.1:{api}
  connect_address: 127.0.0.1:{api}
etcd3:
  hosts: ["127.0.0.1:{etcd}"]
bootstrap:
  dcs:
    ttl: {ttl}
    loop_wait: 2
    retry_timeout: 3
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      parameters:
        max_connections: 60
        wal_log_hints: "on"
        wal_keep_size: 512MB
  initdb:
    - encoding: UTF8
    - locale: C
    - data-checksums
postgresql:
  listen: 127.0.0.1:{port}
  connect_address: 127.0.0.1:{port}
  bin_dir: {programs}
  data_dir: {folder}/data
  pgpass: {folder}/pgpass
  authentication:
    superuser: {{username: postgres, password: {password}}}
    replication: {{username: replicator, password: {password}}}
    rewind: {{username: rewinder, password: {password}}}
  parameters:
    unix_socket_directories: ""
    shared_buffers: 64MB
  pg_hba:
    - host replication replicator 127.0.0.1/32 scram-sha-256
    - host all all 127.0.0.1/32 scram-sha-256
watchdog:
  mode: "off"
"""


class Missing(Exception):
    """What this machine does not have."""


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def programs():
    """The paths of etcd and patroni, and the folder of PostgreSQL's programs."""
    found = {name: shutil.which(name, path=os.environ["PATH"] + ":/usr/local/bin:/usr/bin") for name in ("etcd", "patroni")}
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True) + os.environ["PATH"].split(":")
    found["initdb"] = next((f for f in folders if all(os.access(f"{f}/{p}", os.X_OK) for p in ("initdb", "pg_basebackup"))), None)
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise Missing("there is no " + ", ".join(missing))
    return found["etcd"], found["patroni"], found["initdb"]


def unprivileged():
    """How to start what refuses to run as root: as another user, when we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise Missing("run by root, and there is no user postgres or nobody")


class Node:
    def __init__(self, cluster, number):
        self.cluster, self.name = cluster, f"node{number}"
        self.folder = cluster.folder / self.name
        self.folder.mkdir(mode=0o700)
        self.port, self.api = free_port(), free_port()
        self.settings = self.folder / "patroni.yml"
        self.settings.write_text(
            SETTINGS.format(
                name=self.name, api=self.api, port=self.port, etcd=cluster.etcd_port, ttl=TTL_SECONDS,
                programs=cluster.postgres, folder=self.folder, password=cluster.password,
            )
        )
        cluster.give_away(self.folder, self.settings)
        self.process = None

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.cluster.patroni, self.settings], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, start_new_session=True, **self.cluster.identity,
            )

    def postmaster(self):
        """The number of PostgreSQL's first process; its folder is this node's own."""
        try:
            return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def kill(self):
        """Ends Patroni and PostgreSQL as a machine without power does."""
        postmaster = self.postmaster()
        self.process.kill()
        self.process.wait()
        if postmaster is not None:
            try:
                os.kill(postmaster, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def state(self):
        """What Patroni says of the node; empty when it says nothing."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api}/patroni", timeout=2) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as refused:
            return json.load(refused)
        except (OSError, ValueError):
            return {}


class Cluster:
    def __init__(self, folder):
        self.etcd, self.patroni, self.postgres = programs()
        self.identity = unprivileged()
        self.folder = pathlib.Path(folder)
        self.password = os.urandom(12).hex()
        self.give_away(self.folder)
        self.etcd_port = free_port()
        self.etcd_process, self.nodes = None, []

    def give_away(self, *paths):
        for path in paths:
            if self.identity:
                os.chown(path, self.identity["user"], self.identity["group"])

    def start(self):
        data, client, peer = self.folder / "etcd", f"http://127.0.0.1:{self.etcd_port}", f"http://127.0.0.1:{free_port()}"
        with open(self.folder / "etcd.log", "wb") as log:
            self.etcd_process = subprocess.Popen(
                [
                    self.etcd, "--name", "one", "--data-dir", data, "--listen-client-urls", client,
                    "--advertise-client-urls", client, "--listen-peer-urls", peer,
                    "--initial-advertise-peer-urls", peer, "--initial-cluster", f"one={peer}",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.identity,
            )
        self.nodes = [Node(self, number) for number in range(1, NODES + 1)]
        for node in self.nodes:
            node.start()
        self.wait("a leader with a synchronous replica", self.whole)

    def wait(self, what, holds, seconds=START_SECONDS):
        end = time.monotonic() + seconds
        while not (found := holds()):
            if time.monotonic() > end:
                raise RuntimeError(f"{what}: not after {seconds} s; the nodes: {[node.state() for node in self.nodes]}")
            time.sleep(0.2)
        return found

    def leader(self):
        """The node that takes writes, in its own words."""
        states = ((node, node.state()) for node in self.nodes)
        return next((n for n, s in states if s.get("role") in ("master", "primary") and s.get("state") == "running"), None)

    def whole(self):
        """The leader, when all other nodes follow it and one of them is synchronous."""
        leader = self.leader()
        if leader is None:
            return None
        following = leader.state().get("replication", [])
        streaming = [one for one in following if one.get("state") == "streaming"]
        synchronous = any(one.get("sync_state") == "sync" for one in streaming)
        return leader if synchronous and len(streaming) == NODES - 1 else None

    def sql(self, node, text):
        """Runs statements as the database's owner of all."""
        address = f"host=127.0.0.1 port={node.port} user=postgres dbname=postgres password={self.password}"
        done = subprocess.run(
            [f"{self.postgres}/psql", address, "-v", "ON_ERROR_STOP=1", "-Atc", text], capture_output=True, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def url(self, user, database):
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql://{user}:{self.password}@{hosts}/{database}"

    def stop(self):
        # Replicas first: a leader that stops hands over, which would start an election.
        for node in sorted(self.nodes, key=lambda node: node is self.leader()):
            node.stop()
        if self.etcd_process is not None:
            self.etcd_process.terminate()
            try:
                self.etcd_process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.etcd_process.kill()
