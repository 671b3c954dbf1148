"""Three PostgreSQL nodes under Patroni, with an etcd, on loopback and in one folder."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from programs import as_owner, free_port, owner, path_of, postgres_folder  # noqa: E402

NODES = 3
# The shortest times that every Patroni takes: of the leader's lease, between two looks at it, and for
# etcd's answers. The lease must be longer than a look and two answers.
TTL_SECONDS, LOOP_SECONDS, RETRY_SECONDS = 20, 1, 3
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
    loop_wait: {loop}
    retry_timeout: {retry}
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


def programs():
    """The paths of etcd and patroni, and the folder of PostgreSQL's programs."""
    found = {"etcd": path_of("etcd"), "patroni": path_of("patroni")}
    found["PostgreSQL"] = postgres_folder("initdb", "pg_basebackup", "pg_rewind", "psql")
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise Missing("there is no " + ", no ".join(missing))
    return tuple(found.values())


def signal_all(processes, which):
    for process in processes:
        try:
            os.kill(process, which)
        except ProcessLookupError:
            pass


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
                loop=LOOP_SECONDS, retry=RETRY_SECONDS, programs=cluster.postgres, folder=self.folder, password=cluster.password,
            )
        )
        cluster.give_away(self.folder, self.settings)
        self.process, self.hangs = None, False

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.cluster.patroni, self.settings], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, start_new_session=True, **as_owner(self.cluster.owner),
            )

    def postmaster(self):
        """The number of PostgreSQL's first process; its folder is this node's own."""
        try:
            return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def processes(self):
        """Patroni, PostgreSQL's first process and those that it started."""
        postmaster = self.postmaster()
        if postmaster is None:
            return [self.process.pid]
        try:
            started = pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        except FileNotFoundError:
            started = []
        return [self.process.pid, postmaster, *map(int, started)]

    def kill(self):
        """Ends Patroni and PostgreSQL as a machine without power does."""
        signal_all(self.processes(), signal.SIGKILL)
        self.process.wait()

    def hang(self):
        """Stops them as a machine that hangs does: the network still takes what is sent."""
        self.hangs = True
        # The first ones start no others any more: then those that they started are all.
        signal_all(self.processes()[:2], signal.SIGSTOP)
        signal_all(self.processes(), signal.SIGSTOP)

    def reset(self):
        """Starts them anew, as a machine that its watchdog has reset."""
        if self.process.poll() is None:
            self.kill()
        self.hangs = False
        self.start()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        if self.hangs:
            self.kill()
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
        self.owner = owner()
        self.folder = pathlib.Path(folder)
        self.password = os.urandom(12).hex()
        self.give_away(self.folder)
        self.etcd_port = free_port()
        self.etcd_process, self.nodes = None, []

    def give_away(self, *paths):
        for path in paths:
            if self.owner:
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def start(self):
        data, client, peer = self.folder / "etcd", f"http://127.0.0.1:{self.etcd_port}", f"http://127.0.0.1:{free_port()}"
        with open(self.folder / "etcd.log", "wb") as log:
            self.etcd_process = subprocess.Popen(
                [
                    self.etcd, "--name", "one", "--data-dir", data, "--listen-client-urls", client,
                    "--advertise-client-urls", client, "--listen-peer-urls", peer,
                    "--initial-advertise-peer-urls", peer, "--initial-cluster", f"one={peer}",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **as_owner(self.owner),
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

    def leader(self, passed_over=None):
        """The node that takes writes, in its own words; one may be passed over without being asked."""
        states = ((node, node.state()) for node in self.nodes if node is not passed_over)
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
        leader = self.leader()
        # The leader first, as anybody would write it.
        nodes = sorted(self.nodes, key=lambda node: node is not leader)
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
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
