"""Programs of databases on this machine, and who may run them."""

import glob
import os
import pwd
import shutil
import socket


def path_of(name):
    """The path of a program; None where there is none."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/bin", "/usr/bin"]))


def postgres_folder(*names):
    """The folder with these programs of the newest PostgreSQL; None where there is none."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True) + os.environ.get("PATH", "").split(os.pathsep)
    return next((folder for folder in folders if all(shutil.which(name, path=folder) for name in names)), None)


def owner():
    """Who may run a database server, which root may not; None for who is not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("root may not run PostgreSQL, and there is no user postgres or nobody")


def as_owner(user):
    """What `subprocess` is told to run a program as `user`, or as who we are."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]
