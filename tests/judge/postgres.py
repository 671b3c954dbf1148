"""A PostgreSQL of the judges' own: on a free port of this machine, in a folder that goes with it."""

import os
import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from programs import as_owner, free_port, owner, postgres_folder  # noqa: E402

# What a server that is gone in minutes need not do is left out; commits still wait for the disk.
SETTINGS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 -c log_min_messages=fatal"


def programs():
    """Where initdb, pg_ctl and createdb are; None where there is no PostgreSQL."""
    return postgres_folder("initdb", "pg_ctl", "createdb")


class Postgres:
    """A running server. Use it as a context: it stops at the end."""

    def __init__(self, folder):
        self.programs, self.user = programs(), owner()
        self.folder, self.databases = folder / "postgres", 0
        self.folder.mkdir()
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            # The way there must be open to another user.
            os.chmod(folder, 0o755)
        self.port = free_port()

    def _run(self, program, *arguments):
        done = subprocess.run(
            [f"{self.programs}/{program}", *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **as_owner(self.user),
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}")

    def __enter__(self):
        self._run("initdb", "--auth=trust", "--username=lychgate", "--encoding=UTF8", "--locale=C", "--no-sync", "-D", "data")
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", f"{SETTINGS} -p {self.port}")
        return self

    def __exit__(self, *_):
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", "data")

    def database(self):
        """The URL of a new, empty database."""
        self.databases += 1
        name = f"judge_{self.databases}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "lychgate", name)
        return f"postgresql://lychgate@127.0.0.1:{self.port}/{name}"
