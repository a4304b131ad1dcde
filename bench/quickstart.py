"""Starts a quickstart, calls it and measures its processes. The scripts in this folder use this module."""
import json
import os
import re
import signal
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
    """The fields of /proc/PID/stat, beginning with the state: 1 is the parent, 11 and 12 are user and system time."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()


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
        parts = {"gateway": [], "broker": [], "postgresql": []}
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
            if os.path.basename(command.split("\0")[0]) == "postgres" and self.root + "/target/quickstart/" in command:
                parts["postgresql"].append(pid)
        parts["postgresql"] += [pid for pid, parent in parents.items()
                                if parent in parts["postgresql"] and pid not in parts["postgresql"]]
        return parts

    def cpu_seconds(self, parts):
        """Returns the CPU seconds of each part since its start."""
        used = {}
        for part, pids in parts.items():
            used[part] = 0
            for pid in pids:
                try:
                    fields = stat(pid)
                except OSError:
                    continue
                used[part] += (int(fields[11]) + int(fields[12])) / TICKS
        return used

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
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read().decode().rstrip("\0").split("\0")
        with open(f"/proc/{pid}/environ", "rb") as file:
            environment = dict(entry.split("=", 1) for entry in file.read().decode().split("\0") if "=" in entry)
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
