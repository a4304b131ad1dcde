"""Starts a quickstart, calls it and measures its processes. The scripts in this folder use this module."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")
SERVICES = ("gateway", "broker")
JAVA = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
# The same command as in the last line of ./quickstart, which would build the tree first.
LAUNCHER = [JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m",
            "-cp", "launcher/target/nexus-launcher.jar:launcher/target/lib/*", "dev.nexus.launcher.Quickstart"]


def stat(pid):
    """The fields of /proc/PID/stat, beginning with the state: 1 is the parent, 11 to 14 are CPU times, also of children."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()


def command_of(pid):
    """Returns the command and the environment of a process."""
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        command = file.read().decode().rstrip("\0").split("\0")
    with open(f"/proc/{pid}/environ", "rb") as file:
        environment = dict(entry.split("=", 1) for entry in file.read().decode().split("\0") if "=" in entry)
    return command, environment


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wrk(url, script, connections, seconds):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        ran = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "5s", "-s", file.name, url],
            capture_output=True, text=True, check=True)
    return ran.stdout


class Quickstart:
    """The quickstart of one source tree, with a connection whose credential can be read."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.env = {}
        self.process = None
        # Services that this script has restarted, by name.
        self.restarted = {}
        # Services that this script has started in addition.
        self.replicas = []

    def start(self, *options, command=("./quickstart",)):
        file = os.path.join(self.root, "target", "quickstart.env")
        if os.path.exists(file):
            os.remove(file)
        self.process = subprocess.Popen([*command, *options], cwd=self.root, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 300
        while not os.path.exists(file):
            if self.process.poll() is not None:
                sys.exit(f"bench: the quickstart in {self.root} exited. Run ./quickstart there to see the reason.")
            if time.monotonic() > deadline:
                self.stop()
                sys.exit(f"bench: the quickstart in {self.root} was not ready within five minutes")
            time.sleep(0.2)
        with open(file) as lines:
            self.env = dict(line.rstrip("\n").split("=", 1) for line in lines)
        return self

    def stop(self):
        self.stop_replicas()
        for service in self.restarted.values():
            service.terminate()
            service.wait(30)
        self.restarted = {}
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self.process = None

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.env["GATEWAY_URL"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-API-Key": self.env["API_KEY"], "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def request_body(self, workspace):
        return {"workspace_id": workspace, "provider_id": "api-key", "return_url": self.env["RETURN_URL"]}

    def begin(self, workspace):
        """Requests a connection. Returns its id and its state token."""
        begun = self.call("POST", "/v1/request-connection", self.request_body(workspace))
        return begun["connection_id"], begun["auth_url"].split("state=")[1]

    def connect(self, workspace):
        """Creates an active connection. Returns its id."""
        connection, state = self.begin(workspace)
        self.call("POST", "/v1/capture-credential", {"state": state, "credentials": {"api_key": "pat_abc123xyz"}})
        return connection

    def lua_headers(self):
        return ('wrk.headers["X-API-Key"] = "%s"\nwrk.headers["Content-Type"] = "application/json"\n'
                % self.env["API_KEY"])

    def lua_get(self, path):
        return self.lua_headers() + 'wrk.path = "%s"\n' % path

    def wrk(self, script, connections, seconds):
        return wrk(self.env["GATEWAY_URL"], script, connections, seconds)

    def processes(self):
        """Returns the process ids of each part. Finds services by their jar, and PostgreSQL by its data folder."""
        parts = {"gateway": [], "broker": [], "postgresql": [], "vault": []}
        parents = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    command = file.read().decode(errors="replace")
                parents[pid] = stat(pid)[1]
            except OSError:
                continue
            for service in SERVICES:
                if f"{self.root}/{service}/target/" in command:
                    parts[service].append(pid)
            program = os.path.basename(command.split("\0")[0])
            if program == "postgres" and self.root + "/target/" in command:
                parts["postgresql"].append(pid)
            if program == "vault" and parents[pid] == str(self.process.pid):
                parts["vault"].append(pid)
        parts["postgresql"] += [pid for pid, parent in parents.items()
                                if parent in parts["postgresql"] and pid not in parts["postgresql"]]
        return parts

    def cpu_seconds(self, parts):
        """Returns the CPU seconds of each part since its start, including those of child processes that have ended."""
        used = {}
        for part, pids in parts.items():
            used[part] = 0
            for pid in pids:
                try:
                    fields = stat(pid)
                except OSError:
                    continue
                used[part] += sum(map(int, fields[11:15])) / TICKS
        return used

    def memory_mib(self):
        """Returns the memory of each part in MiB (PSS), so that pages that PostgreSQL's processes share count once."""
        memory = {}
        for part, pids in self.processes().items():
            memory[part] = 0
            for pid in pids:
                try:
                    with open(f"/proc/{pid}/smaps_rollup") as file:
                        memory[part] += sum(int(line.split()[1]) / 1024 for line in file if line.startswith("Pss:"))
                except OSError:
                    continue
        return memory

    def pid(self, service):
        pids = self.processes()[service]
        if len(pids) != 1:
            sys.exit(f"bench: expected one process of the {service} in {self.root}, found {len(pids)}")
        return pids[0]

    def resident_mib(self, service):
        with open(f"/proc/{self.pid(service)}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) / 1024

    def restart(self, service):
        """Restarts a service with the same command. Returns the start time of the new process."""
        pid = self.pid(service)
        command, environment = command_of(pid)
        os.kill(int(pid), signal.SIGTERM)
        if service in self.restarted:
            self.restarted[service].wait(30)
        while os.path.exists(f"/proc/{pid}") and stat(pid)[0] != "Z":
            time.sleep(0.01)
        with open(os.path.join(self.root, "target", "quickstart", service + ".log"), "ab") as log:
            began = time.monotonic()
            self.restarted[service] = subprocess.Popen(
                command, cwd=self.root, env=environment, stdout=log, stderr=subprocess.STDOUT)
        return began

    def add_replica(self, service, settings):
        """Starts another process of a service, with the settings that differ. Returns its URL without the scheme."""
        command, environment = command_of(self.processes()[service][0])
        port, management = free_port(), free_port()
        settings = {"quarkus.http.port": port, "quarkus.http.ssl-port": port, "quarkus.management.port": management,
                    **settings}
        options = {f"-D{name}": value for name, value in settings.items()}
        command = [f"{name}={options[name]}" if (name := part.split("=", 1)[0]) in options else part for part in command]
        with open(os.path.join(self.root, "target", "quickstart", f"{service}-{port}.log"), "wb") as log:
            replica = subprocess.Popen(command, cwd=self.root, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.replicas.append(replica)
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{management}/q/health/ready", timeout=5):
                    return f"127.0.0.1:{port}"
            except OSError:
                if replica.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"bench: another {service} did not start. Its log is {log.name}")
                time.sleep(0.1)

    def stop_replicas(self):
        for replica in self.replicas:
            replica.terminate()
            replica.wait(60)
        self.replicas = []
