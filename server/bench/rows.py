"""The rows of the benchmark. Each is a function of the bench whose first line of documentation is its title."""
import statistics

from servers import Failure

ROWS = {}
KEX = {"g14": "diffie-hellman-group14-sha1", "gex": "diffie-hellman-group-exchange-sha256"}
# Enough of them for some seconds of work, so that the figure is more than noise.
SESSIONS = {"OpenSSH": 150, "OpenSSH without PAM": 200, "ProFTPD": 250, "vsftpd": 400, "Pure-FTPd": 600,
            "pyftpdlib": 800}
OUR_SESSIONS = {"sftp": 800, "ftp": 1500, "ftps": 1200}


def row(name):
  def add(function):
    ROWS[name] = function
    return function
  return add


def sftp(server, *, auth="password", kex="g14", cipher="aes128-ctr", mac="hmac-sha1"):
  """The generator and its words for a logger that speaks SFTP."""
  words = ["--port", server.ports["sftp"], "--auth", auth, "--kex", KEX[kex], "--hostkey", "ssh-rsa", "--cipher",
           cipher, "--mac", mac]
  if auth == "publickey":
    words += ["--priv", "peers/keys/client_rsa", "--pub", "peers/keys/client_rsa.pub"]
  return "logger", words


def ftp(server, *, tls="none", reuse=True):
  """The generator and its words for one that speaks FTP. A server without implicit TLS is called by explicit TLS."""
  implicit = tls == "implicit" and "ftps" in server.ports
  words = ["--port", server.ports["ftps" if implicit else "ftp"], "--ca", server.ca]
  if tls != "none":
    words += ["--tls", "implicit" if implicit else "explicit", "--version", "1.2"] + ([] if reuse else ["--no-reuse"])
  return "ftplogger", words


def herd(bench, server, way, sessions, *more, threads=32, library="debian", user=None):
  """Sessions by a number of loggers; what came of it, with the server's CPU per session in milliseconds."""
  tool, words = way(server)
  server.start()
  said = bench.load(server, tool, "herd", *words, "--threads", threads, "--sessions", sessions, *more, library=library,
                    user=user)
  if said["ok"] != sessions or said["failed_tries"]:
    raise Failure(f"{server.name}: {said['failed_tries']} of {sessions} sessions failed: {said['fail_classes']}")
  return {**said, "ms": said["cpu"] * 1000 / said["ok"]}


def sessions(bench, what, protocol, way, bounds, beside=(), library="debian"):
  """CPU per session against peers: BOUNDS by peer (aim, at least); those BESIDE have none."""
  ours = bench.ours()
  servers = ours + bench.peers(*bounds, *beside)

  def count(server):
    return SESSIONS.get(server.name, OUR_SESSIONS[protocol])

  def measure(server):
    return herd(bench, server, way, count(server), library=library)

  for server in servers:
    # What is compiled, and which code is in the caches, settles first.
    herd(bench, server, way, 3 * count(server) if server in ours else 50, library=library)
  found = bench.in_turns(servers, measure)
  medians = {server.name: statistics.median(one["ms"] for one in many) for server, many in found.items() if many}
  us = ours[0].name
  if len(medians) == 1:
    bench.figure(what, "ms", "", None, medians[us])
  for name, theirs in medians.items():
    if name != us:
      bench.figure(what, "ms", name, theirs, medians[us], *bounds.get(name, ()))
  for server, many in found.items():
    def middle(value):
      return statistics.median(value(one) for one in many)
    bench.beside.append([
        f"{what}: {server.name}", f"{min(one['ms'] for one in many):.2f} to {max(one['ms'] for one in many):.2f} ms",
        f"{middle(lambda one: one['rate']):,.0f} sessions/s",
        f"p50 {middle(lambda one: one['latency']['p50']) * 1000:,.0f} ms",
        f"p99 {middle(lambda one: one['latency']['p99']) * 1000:,.0f} ms"])
    bench.say("    " + ", ".join(bench.beside[-1]))


@row("sftp-password")
def sftp_password(bench):
  """SFTP session by password: server CPU (group14-sha1, ssh-rsa 2048, 4 KiB, 32 loggers).

  The light library does the client's part of the key exchange cheaply; the server's part stays as it is."""
  sessions(bench, "SFTP, password", "sftp", sftp, {"ProFTPD": (.25, .35), "OpenSSH without PAM": (.2, .28)},
           library="light")


@row("sftp-publickey")
def sftp_publickey(bench):
  """SFTP session by public key: server CPU (group14-sha1, ssh-rsa 2048, 4 KiB, 32 loggers)."""
  sessions(bench, "SFTP, public key", "sftp", lambda server: sftp(server, auth="publickey"), {"ProFTPD": (.33, .5)},
           ["OpenSSH without PAM"], library="light")


@row("sftp-gex")
def sftp_gex(bench):
  """SFTP session with group exchange: server CPU (gex-sha256, client asks 2048..4096..8192, public key)."""
  sessions(bench, "SFTP, group exchange", "sftp", lambda server: sftp(server, auth="publickey", kex="gex"),
           {"ProFTPD": (.35, .55)}, ["OpenSSH without PAM"], library="light4k")


@row("ftp-plain")
def ftp_plain(bench):
  """FTP session without TLS: server CPU (4 KiB, 32 loggers)."""
  sessions(bench, "FTP", "ftp", ftp, {"Pure-FTPd": (.6, 1), "pyftpdlib": (1, None)}, ["vsftpd"])


def ftps_row(tls, reuse):
  data = "reused" if reuse else "fresh"

  def measure(bench):
    sessions(bench, f"FTPS, {tls}, {data} data TLS", "ftps", lambda server: ftp(server, tls=tls, reuse=reuse),
             {"Pure-FTPd": (.8, 1.1)}, ["pyftpdlib"])
  measure.__doc__ = (f"FTPS session, {tls} TLS 1.2, data connections with {data} TLS sessions: server CPU."
                     + (" The peers have explicit TLS only." if tls == "implicit" else ""))
  row(f"ftps-{tls}-{data}")(measure)


for tls_way in ("explicit", "implicit"):
  ftps_row(tls_way, True)
  ftps_row(tls_way, False)
