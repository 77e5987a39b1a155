"""A Slurm cluster of one node, on this machine and for the moment: munged, slurmctld and slurmd in a folder of their own."""
import contextlib
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def missing_programs():
    return [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class SlurmCluster:
    """`with SlurmCluster() as cluster: cluster.run("sinfo")`; `cluster.environment` is what its programs need."""

    def __init__(self, processors=2):
        self.processors = processors
        # Short: the path of a socket has at most 107 bytes.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vrkn-slurm-", dir="/tmp"))
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self.daemons = []

    def __enter__(self):
        try:
            self._configure()
            self._start("munged", "--foreground", f"--key-file={self.folder}/munge.key",
                        f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munge.pid",
                        f"--log-file={self.folder}/munge.log", f"--seed-file={self.folder}/munge.seed", "--force")
            self._wait("munged", lambda: (self.folder / "munge.socket").exists())
            self._start("slurmctld", "-D", "-c", "-f", self.environment["SLURM_CONF"])
            self._start("slurmd", "-D", "-c", "-N", "node", "-f", self.environment["SLURM_CONF"])
            self._wait("node", lambda: "idle" in self.run("sinfo", "--noheader", "--format=%t", check=False))
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if (self.folder / "slurm.conf").exists():
            self.run("scancel", "--user", pwd.getpwuid(os.getuid()).pw_name, check=False)
            end = time.monotonic() + 30
            while self.run("squeue", "--noheader", check=False) and time.monotonic() < end:
                time.sleep(0.1)
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in reversed(self.daemons):
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command, check=True):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}\n{self.logs()}")
        return done.stdout

    def logs(self):
        return "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-3000:]}"
                         for path in sorted(self.folder.glob("*.log")))

    def _configure(self):
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        self.folder.chmod(0o755)
        user = pwd.getpwuid(os.getuid()).pw_name
        controller, node = free_ports(2)
        # cred_expire is also how long a job that was queued again must wait.
        (self.folder / "slurm.conf").write_text(f"""
ClusterName=vrkn
SlurmctldHost={socket.gethostname().split(".")[0]}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={self.folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/spool
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd.pid
SlurmctldLogFile={self.folder}/slurmctld.log
SlurmdLogFile={self.folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
SlurmdParameters=config_overrides
MailProg=/bin/true
ReturnToService=2
MinJobAge=300
KillWait=20
NodeName=node NodeHostname={socket.gethostname().split(".")[0]} NodeAddr=127.0.0.1 CPUs={self.processors}
PartitionName=main Nodes=node Default=YES MaxTime=INFINITE State=UP
""")

    def _start(self, name, *arguments):
        output = open(self.folder / f"{name}.output.log", "w")
        self.daemons.append(subprocess.Popen([shutil.which(name, path=PATH), *arguments], env=self.environment,
                                             stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                             start_new_session=True))
        output.close()

    def _wait(self, what, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or any(daemon.poll() is not None for daemon in self.daemons):
                raise AssertionError(f"{what} does not come up\n{self.logs()}")
            time.sleep(0.05)
