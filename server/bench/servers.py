"""The servers that are measured: Stationmaster and its peers, each on loopback, in a process tree of its own.

What a server has used is what the kernel has booked for its control group: all of its processes, those included that
have come and gone. Where no group can be made, its process tree in /proc is added up, with the children that it has
waited for; the time of others is lost then, which favours servers that fork.
"""
import os
import random
import shutil
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
GROUPS = next((folder for folder, probe in (("/sys/fs/cgroup/cpuacct", "cpuacct.usage"),
                                            ("/sys/fs/cgroup", "cgroup.controllers"))
               if os.path.exists(f"{folder}/{probe}") and os.access(folder, os.W_OK)), None)


class Failure(Exception):
  """A sentence for whoever runs the benchmark."""


def free_port():
  """A port that nobody listens on, below those that Linux gives to clients."""
  while True:
    port = random.randrange(13000, 20000)
    with socket.socket() as probe:
      try:
        probe.bind(("127.0.0.1", port))
        return port
      except OSError:
        pass


def read(path):
  with open(path, encoding="utf-8", errors="replace") as file:
    return file.read()


class Server:
  """One server. PORTS by protocol: sftp, ftp (plain and explicit TLS), ftps (implicit TLS)."""

  def __init__(self, name, work, ports, user, password, home, ca=None):
    self.name, self.work, self.ports, self.home, self.ca = name, work, ports, home, ca
    self.user, self.password = user, password
    self.process = None
    self.group = None

  def command(self):
    """The words of its command line; writes its configuration."""
    raise NotImplementedError

  def environment(self):
    return dict(os.environ)

  def start(self):
    """Starts it and waits until all ports accept; the seconds that it took."""
    if self.process:
      return 0
    shell = 'ulimit -n 20000; exec "$@"'
    if GROUPS:
      self.group = f"{GROUPS}/stationmaster-bench-{os.getpid()}-{self.name.lower().replace(' ', '-')}"
      os.makedirs(self.group, exist_ok=True)
      shell = f"echo $$ >{self.group}/cgroup.procs; {shell}"
    command = self.command()
    began = time.monotonic()
    with open(f"{self.work}/{self.name}.out", "wb") as out:
      self.process = subprocess.Popen(["bash", "-c", shell, "start", *command], stdin=subprocess.DEVNULL, stdout=out,
                                      stderr=out, env=self.environment(), start_new_session=True, cwd=self.work)
    for port in self.ports.values():
      self.await_port(port, began + 60)
    return time.monotonic() - began

  def await_port(self, port, deadline):
    while True:
      try:
        socket.create_connection(("127.0.0.1", port), 5).close()
        return
      except OSError:
        if self.process.poll() is not None or time.monotonic() > deadline:
          last = read(f"{self.work}/{self.name}.out").strip().splitlines()[-3:]
          self.stop()
          raise Failure(f"{self.name} does not listen on port {port}: {' / '.join(last)}") from None
        time.sleep(0.005)

  def stop(self):
    """Ends it with all that it has forked."""
    if not self.process:
      return
    pids = self.pids()
    self.process.terminate()
    try:
      self.process.wait(45)
    except subprocess.TimeoutExpired:
      self.process.kill()
      self.process.wait()
    for pid in self.members() if self.group else pids:
      try:
        os.kill(pid, signal.SIGKILL)
      except ProcessLookupError:
        pass
    self.process = None
    if self.group:
      for _ in range(50):
        try:
          os.rmdir(self.group)
          break
        except OSError:
          time.sleep(0.1)
      self.group = None

  def members(self):
    return [int(pid) for pid in read(f"{self.group}/cgroup.procs").split()]

  def tree(self):
    """The processes of its tree: parent and CPU seconds by number."""
    everyone = {}
    for entry in os.listdir("/proc"):
      if entry.isdigit():
        try:
          fields = read(f"/proc/{entry}/stat").rpartition(")")[2].split()
        except OSError:
          continue
        everyone[int(entry)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICKS)
    ours = {self.process.pid}
    while True:
      more = {pid for pid, (parent, _) in everyone.items() if parent in ours} - ours
      if not more:
        return {pid: everyone[pid] for pid in ours if pid in everyone}
      ours |= more

  def pids(self):
    return self.members() if self.group else list(self.tree())

  def cpu(self):
    """CPU seconds of all its processes since its start."""
    if not self.group:
      return sum(cpu for _, cpu in self.tree().values())
    if os.path.exists(f"{self.group}/cpuacct.usage"):
      return int(read(f"{self.group}/cpuacct.usage")) / 1e9
    return int(read(f"{self.group}/cpu.stat").split()[1]) / 1e6

  def memory(self):
    """Proportional set size of all its processes, in KiB."""
    total = 0
    for pid in self.pids():
      try:
        total += int(read(f"/proc/{pid}/smaps_rollup").partition("\nPss:")[2].split()[0])
      except (OSError, IndexError):
        pass
    return total

  def settle(self):
    """Waits until it has done what the last sessions have left it to do."""
    deadline, before = time.monotonic() + 3, -1
    while (now := self.cpu()) - before > 0.002 and time.monotonic() < deadline:
      before = now
      time.sleep(0.1)

  def tidy(self):
    """Removes what was uploaded."""
    for entry in os.scandir(self.home) if os.path.isdir(self.home) else ():
      if entry.name.endswith(".dat"):
        os.unlink(entry.path)


class Stationmaster(Server):
  """The product, packaged, with its shipped defaults; only ports, addresses and the certificate are given to it."""

  LOGGERS = 200

  def __init__(self, name, work, product, rig, settings=(), accounts=LOGGERS):
    self.product, self.rig, self.settings, self.accounts = product, rig, settings, accounts
    self.folder = f"{work}/{name}"
    ports = {"sftp": free_port(), "ftp": free_port(), "ftps": free_port()}
    super().__init__(name, work, ports, "rig", "a-logger-in-the-field", f"{self.folder}/data/rig",
                     f"{rig}/peers/keys/ca.pem")

  def environment(self):
    return {**os.environ, "STATIONMASTER_HOME": self.folder}

  def tool(self, *words, given=""):
    done = subprocess.run([f"{self.product}/bin/stationmaster", *words], input=given, env=self.environment(),
                          capture_output=True, text=True, check=False)
    if done.returncode:
      raise Failure(f"stationmaster {words[0]} {words[1]}: {done.stderr.strip()}")
    return done.stdout

  def prepare(self):
    """A fresh home: the account rig, and logger000000 and so on with the same password."""
    shutil.rmtree(self.folder, ignore_errors=True)
    os.makedirs(self.folder)
    self.tool("account", "add", "rig", "--password-file", "-", given=self.password)
    self.tool("account", "key", "add", "rig", f"{self.rig}/peers/keys/client_rsa.pub")
    # One hash for all spares the time of hashing; each login has to check it all the same.
    password = next(line for line in self.tool("account", "export").splitlines() if "password-hash:" in line)
    self.tool("account", "import", "-", given="accounts:\n" + "".join(
        f"  logger{number:06}:\n{password}\n" for number in range(self.accounts)))

  def command(self):
    if not os.path.isdir(self.folder):
      self.prepare()
    words = [f"{self.product}/bin/stationmaster", "serve"]
    settings = [f"listeners.{protocol}-1.{key}={value}" for protocol, port in self.ports.items()
                for key, value in (("port", port), ("address", "127.0.0.1"))]
    settings += [f"status.port={free_port()}", f"tls.certificate={self.rig}/peers/keys/server.pem",
                 f"tls.key={self.rig}/peers/keys/server.key", *self.settings]
    for setting in settings:
      words += ["--set", setting]
    return words


class Peer(Server):
  """Another server, as Debian packages it (rig/peers/setup.sh puts the packages side by side), with its limits on
  clients raised, old algorithms on, and the logs that Debian sets up."""

  PORTS = {"OpenSSH": ("sftp",), "OpenSSH without PAM": ("sftp",), "ProFTPD": ("sftp", "ftp", "ftps"),
           "vsftpd": ("ftp",), "Pure-FTPd": ("ftp",), "pyftpdlib": ("ftp",)}

  def __init__(self, name, work, rig):
    self.peers = f"{rig}/peers"
    super().__init__(name, work, {protocol: free_port() for protocol in self.PORTS[name]}, "riglog", "rigpass",
                     f"{self.peers}/home/riglog", f"{self.peers}/keys/ca.pem")

  def command(self):
    self.keys, self.state = f"{self.peers}/keys", f"{self.work}/{self.name.replace(' ', '-')}"
    for folder in ("/run/sshd", self.state, f"{self.state}/empty"):
      os.makedirs(folder, mode=0o755, exist_ok=True)
    return {"OpenSSH": self.openssh, "OpenSSH without PAM": lambda: self.openssh("no"), "ProFTPD": self.proftpd,
            "vsftpd": self.vsftpd, "Pure-FTPd": self.pureftpd, "pyftpdlib": self.pyftpdlib}[self.name]()

  def configured(self, text):
    with open(f"{self.state}/conf", "w", encoding="utf-8") as file:
      file.write(text)
    return f"{self.state}/conf"

  def openssh(self, pam="yes"):
    return ["/usr/sbin/sshd", "-D", "-e", "-f", self.configured(f"""\
Port {self.ports["sftp"]}
ListenAddress 127.0.0.1
HostKey {self.keys}/host_rsa
PidFile none
UsePAM {pam}
UseDNS no
KbdInteractiveAuthentication no
PrintMotd no
MaxStartups 4000
KexAlgorithms +diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1
HostKeyAlgorithms +ssh-rsa
PubkeyAcceptedAlgorithms +ssh-rsa
Subsystem sftp internal-sftp
ForceCommand internal-sftp
AllowUsers riglog
""")]

  def proftpd(self):
    package = f"{self.peers}/pkg/proftpd"
    return [f"{package}/usr/sbin/proftpd", "-n", "-q", "-c", self.configured(f"""\
ModulePath {package}/usr/lib/proftpd
LoadModule mod_tls.c
LoadModule mod_sftp.c
ServerType standalone
DefaultServer on
DefaultAddress 127.0.0.1
SocketBindTight on
UseIPv6 off
UseReverseDNS off
Port {self.ports["ftp"]}
MaxInstances 3000
User nobody
Group nogroup
PidFile {self.state}/daemon.pid
ScoreboardFile {self.state}/score
DelayEngine off
AuthPAM on
AuthPAMConfig other
AuthOrder mod_auth_pam.c* mod_auth_unix.c
RequireValidShell off
TransferLog {self.state}/xferlog
SystemLog {self.state}/log
<Global>
  DefaultRoot ~
  AllowOverwrite on
  PassivePorts 20001 22000
  TLSRSACertificateFile {self.keys}/server.pem
  TLSRSACertificateKeyFile {self.keys}/server.key
  TLSVerifyClient off
  TLSRequired off
  TLSOptions NoSessionReuseRequired
  TLSLog {self.state}/tls.log
</Global>
TLSEngine on
<VirtualHost 127.0.0.1>
  Port {self.ports["ftps"]}
  TLSEngine on
  TLSOptions UseImplicitSSL NoSessionReuseRequired
</VirtualHost>
<VirtualHost 127.0.0.1>
  Port {self.ports["sftp"]}
  SFTPEngine on
  SFTPLog {self.state}/sftp.log
  SFTPHostKey {self.keys}/host_rsa
  SFTPDHParamFile {package}/etc/proftpd/dhparams.pem
  SFTPAuthorizedUserKeys file:{self.keys}/client_rsa.rfc4716
  SFTPAuthMethods publickey password
</VirtualHost>
""")]

  def vsftpd(self):
    return [f"{self.peers}/pkg/vsftpd/usr/sbin/vsftpd", self.configured(f"""\
listen=YES
listen_ipv6=NO
background=NO
listen_address=127.0.0.1
listen_port={self.ports["ftp"]}
max_clients=0
max_per_ip=0
anonymous_enable=NO
local_enable=YES
write_enable=YES
chroot_local_user=YES
allow_writeable_chroot=YES
pam_service_name=other
check_shell=NO
secure_chroot_dir={self.state}/empty
xferlog_enable=YES
xferlog_file={self.state}/xferlog
pasv_min_port=22001
pasv_max_port=24000
ssl_enable=YES
force_local_logins_ssl=NO
force_local_data_ssl=NO
require_ssl_reuse=NO
ssl_ciphers=DEFAULT
rsa_cert_file={self.keys}/server.pem
rsa_private_key_file={self.keys}/server.key
""")]

  def pureftpd(self):
    return [f"{self.peers}/pkg/pureftpd/usr/sbin/pure-ftpd", "-4", "-S", f"127.0.0.1,{self.ports['ftp']}", "-A",
            "-O", f"clf:{self.state}/transfer.log", "-c", "3000", "-C", "3000", "-E", "-H", "-I", "15", "-l", "unix",
            "-p", "24001:26000", "-R", "-u", "100",
            "-Y", "1", "-J", "DEFAULT", "-2", f"{self.keys}/server-all.pem", "-g", f"{self.state}/daemon.pid"]

  def pyftpdlib(self):
    return ["/usr/bin/python3", f"{self.peers}/pyftp.py", str(self.ports["ftp"])]
