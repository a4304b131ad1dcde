"""A PostgreSQL server for a measurement. Unlike the one of the quickstart, it writes each commit to the disk (fsync)."""
import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time

from quickstart import free_port

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
}


def programs():
    """Returns the folder of the newest server programs."""
    found = {int(re.search(r"/(\d+)/", path).group(1)): path for path in glob.glob("/usr/lib/postgresql/*/bin")}
    initdb = shutil.which("initdb")
    folder = found[max(found)] if found else initdb and os.path.dirname(os.path.realpath(initdb))
    if not folder or not os.access(os.path.join(folder, "initdb"), os.X_OK):
        sys.exit("bench: the programs of the PostgreSQL server are missing. Install them: apt-get install postgresql")
    return folder


class PostgreSQL:
    """Runs on a free port of 127.0.0.1, with its data in FOLDER, which close() deletes."""

    def __init__(self, folder):
        self.programs, self.folder = programs(), folder
        # The server refuses to run as root.
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        self.process, self.port = None, free_port()

    def start(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        if self.user:
            try:
                os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
            except KeyError:
                sys.exit("bench: root cannot run PostgreSQL, and there is no user postgres. Run bench as another user.")
        made = subprocess.run(
            [os.path.join(self.programs, "initdb"), "-D", self.folder, "-U", "bench", "-A", "trust", "-E", "UTF8"],
            cwd="/", capture_output=True, text=True, check=False, **self.user)
        if made.returncode != 0:
            sys.exit(f"bench: initdb failed:\n{made.stderr}")
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with open(self.folder + ".log", "wb") as log:
            self.process = subprocess.Popen(
                [os.path.join(self.programs, "postgres"), "-D", self.folder, "-p", str(self.port), *options],
                cwd="/", stdout=log, stderr=log, **self.user)
        deadline = time.monotonic() + 60
        while self.psql("select 1", check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"bench: PostgreSQL did not start. Its log is {self.folder}.log")
            time.sleep(0.1)
        return self

    def psql(self, statement, database="postgres", check=True):
        return subprocess.run(
            [os.path.join(self.programs, "psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "bench", "-d", database,
             "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", statement],
            capture_output=True, text=True, check=check)

    def lines(self, statement, database):
        return self.psql(statement, database).stdout.splitlines()

    def create(self, database):
        """Creates an empty database. Returns the options of the quickstart that use it."""
        self.psql(f"create database {database}")
        url = f"postgresql://127.0.0.1:{self.port}/{database}"
        return [f"-Dquarkus.datasource.jdbc.url=jdbc:{url}", f"-Dquarkus.datasource.reactive.url={url}"]

    def close(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)
